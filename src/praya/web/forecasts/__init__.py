"""Pages about forecasts: asked, followed, read, set side by side, and scored."""
