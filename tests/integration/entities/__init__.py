"""Entities and actions, with real parts."""
