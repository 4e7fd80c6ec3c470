"""The gradients that a run has logged, and whether they are healthy."""
