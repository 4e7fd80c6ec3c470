"""Candidate sampling: losses that look at a few of many classes, and the samplers that choose them."""
