"""Tests of the cycle controller."""
