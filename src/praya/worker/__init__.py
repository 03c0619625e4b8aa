"""The worker face: rounds that follow jobs, leases and dates, again and again."""
