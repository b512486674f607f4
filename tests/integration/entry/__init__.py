"""What lies between the boots and the entities."""
