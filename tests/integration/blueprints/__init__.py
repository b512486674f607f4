"""Blueprints, made into automations that run."""
