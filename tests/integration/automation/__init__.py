"""Triggers, conditions and blueprints in an unmodified Home Assistant."""
