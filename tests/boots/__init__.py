"""Tests of the Bluetooth library."""
