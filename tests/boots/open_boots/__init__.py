"""Tests of the driver for the Open Boots Profile."""
