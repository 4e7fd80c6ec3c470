"""A Python value in, one ``Summary.Value`` out: pure functions that know nothing of files."""
