"""People, the organisations they belong to, their tokens, and the trail of what was done."""
