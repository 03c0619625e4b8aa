"""Statements and public figures, each with its definition and its data."""
