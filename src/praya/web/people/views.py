"""Pages about people, organisations and access tokens."""
