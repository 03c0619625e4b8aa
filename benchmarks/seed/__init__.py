"""A large programme, written in bulk; see ``benchmarks.seed.filling``."""
