"""Event files read: every readable record, scalars as columns."""
