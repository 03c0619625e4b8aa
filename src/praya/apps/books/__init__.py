"""The book of promises and use, kept in the database: append-only, balanced, hash-chained."""
