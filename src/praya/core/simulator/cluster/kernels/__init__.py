"""Kernels of the full model: tables and state in, the state moved on. Their twin is ``twin``."""
