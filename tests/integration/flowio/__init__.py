"""FlowIO in a real Home Assistant: for the bench, and said so."""
