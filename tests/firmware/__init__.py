"""The firmware, rule by rule."""
