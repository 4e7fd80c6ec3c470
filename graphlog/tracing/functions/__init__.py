"""What stands for NumPy's functions in a trace, a module for each subject."""
