"""Which waiting job starts next, on which slots, and why the others wait."""
