"""The terminal face: a client of the API, embedded or remote."""
