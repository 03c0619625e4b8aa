"""What is stored, asked and changed, one Django app a noun."""
