"""The dashboard card: how it is served, and what it is told."""
