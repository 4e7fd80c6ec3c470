"""Values in files: the operations of a Saver."""
