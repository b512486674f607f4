"""Tests of the words in other languages."""
