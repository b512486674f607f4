"""Boots that nothing can control: a person's hands, and what Home Assistant adds."""
