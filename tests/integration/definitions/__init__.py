"""Definitions in the folder of the configuration."""
