"""Pages about awards."""
