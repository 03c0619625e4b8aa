"""Trials of an installation: they run on the real database, beside the site, and leave nothing."""
