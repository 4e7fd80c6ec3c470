"""How the gradient of one tensor comes about, step by step."""
