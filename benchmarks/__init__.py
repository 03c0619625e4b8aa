"""Measurements of Praya on a large, reproducible site."""
