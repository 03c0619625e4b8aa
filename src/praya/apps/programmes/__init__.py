"""Programmes with their rule versions, calls, rounds, and who is appointed to what."""
