"""Compiled loops of the simulator: arrays and numbers in, arrays and numbers out.

Numba compiles each at its first call, some seconds, and keeps what it made beside the source or,
where that may not be written, in the user's cache folder.

State is kept in a few arrays whose rows have names: a tuple of arrays would be counted in and out
at every call, which took three quarters of the time. For the same reason what is called for each
job is inlined.
"""
