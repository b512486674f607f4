"""The judge of the fault matrix."""
