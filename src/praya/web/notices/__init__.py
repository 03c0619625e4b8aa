"""Pages about letters, wishes, outlooks and web hooks."""
