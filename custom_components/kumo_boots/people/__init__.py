"""The people who wear the boots: who they are, what is theirs, what they are told."""
