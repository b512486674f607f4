"""What automations are built of: triggers, conditions, blueprints."""
