"""Routines: what a person does of an evening, step by step, and when."""
