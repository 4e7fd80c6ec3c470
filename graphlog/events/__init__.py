"""Event files: records, checksums and Events. Nothing in here knows what a graph is."""
