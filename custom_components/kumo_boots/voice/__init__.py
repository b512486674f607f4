"""Voice: what is said to the boots, and what they answer."""
