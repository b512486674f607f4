"""The coach, and what people tell it."""
