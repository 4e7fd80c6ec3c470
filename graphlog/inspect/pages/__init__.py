"""What a notebook shows of logs and runs."""
