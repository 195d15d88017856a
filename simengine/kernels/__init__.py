"""The compiled kernels: numbers in, numbers out, on numpy, numba and math alone."""
