"""People: who wears the boots, and what each may."""
