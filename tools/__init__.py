"""Tools of the project: what is generated, vendored or checked by ./run."""
