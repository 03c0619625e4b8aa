"""Traces of jobs: read from the files of many schedulers, kept in one normal form."""
