"""What programs log with."""

from graphlog.writers.file_writer import FileWriter

__all__ = ["FileWriter"]
