"""Boots that are not listed: what they say is recorded, and nothing is said to them."""
