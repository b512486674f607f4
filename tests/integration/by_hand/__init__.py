"""Boots that nothing can control, in a real Home Assistant."""
