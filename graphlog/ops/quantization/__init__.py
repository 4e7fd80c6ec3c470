"""Numbers brought to few levels, as in inference with integers."""
