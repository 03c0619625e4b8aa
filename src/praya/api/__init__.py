"""The REST face: JSON in, one command, JSON out."""
