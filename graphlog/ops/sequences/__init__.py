"""Sequences: connectionist temporal classification, beams."""
