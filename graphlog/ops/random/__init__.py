"""Random numbers, and losses on samples."""
