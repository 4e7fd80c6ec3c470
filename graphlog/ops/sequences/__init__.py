"""Sequences of labels: connectionist temporal classification."""
