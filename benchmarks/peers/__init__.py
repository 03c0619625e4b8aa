"""Other simulators, each in a process and an environment of its own, and what Praya is held to."""
