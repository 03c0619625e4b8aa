"""Pages about the life of awards."""
