"""Special functions of NumPy arrays in double precision, for the kernels of ``special_functions``."""
