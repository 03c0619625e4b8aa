"""Awards held on clusters that have users of their own, and use read from such clusters."""
