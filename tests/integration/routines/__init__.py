"""Routines in a real Home Assistant, with real boots of the simulator."""
