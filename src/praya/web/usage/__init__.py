"""Pages about usage."""
