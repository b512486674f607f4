"""End to end: a real ``hass`` process and simulated boots."""
