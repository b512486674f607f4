"""Boots that are not listed: recorded, described, and then used."""
