"""Tests of the simulator, on its own virtual radio."""
