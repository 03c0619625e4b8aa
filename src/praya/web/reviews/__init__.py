"""Pages about reviews."""
