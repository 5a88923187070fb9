"""Pictures of the audit and of the bridge."""
