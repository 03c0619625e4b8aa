"""The worker's rounds: what Praya does by itself."""
