"""Protocols that are told by definitions."""
