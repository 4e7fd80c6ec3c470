"""Pooling by windows of uneven size, and the windows of volumes."""
