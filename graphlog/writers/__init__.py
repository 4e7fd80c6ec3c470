"""What programs log with."""

from graphlog.writers.file_writer import FileWriter
from graphlog.writers.summary_writer import SummaryWriter

__all__ = ["FileWriter", "SummaryWriter"]
