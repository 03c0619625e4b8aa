"""What machines do with a trace of jobs under a policy, to the second.

Importing this room costs nothing: the modules with kernels load Numba when they are imported.
"""
