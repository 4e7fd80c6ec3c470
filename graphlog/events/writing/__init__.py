"""Event files written: queued, whole records only, local or remote."""
