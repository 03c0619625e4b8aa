"""Review arithmetic: marks become a mean, a rank and a recommended amount, exactly."""
