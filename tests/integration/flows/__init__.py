"""Adding boots, and what becomes of entries, through the config flow."""
