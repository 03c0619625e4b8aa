"""The web face: values in, one command, pages out."""
