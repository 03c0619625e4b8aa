"""Pages about clusters."""
