"""Graphs from elsewhere: files, and other frameworks."""
