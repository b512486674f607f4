"""What is remembered of wearers, who may read it, and how it is forgotten."""
