"""Praya: a public AI-compute programme from call to public figure, on one exact book."""

__version__ = "0.1.0"
