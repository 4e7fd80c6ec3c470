"""Looking into graphs and logs: trees, searches, differences, checks, repairs, drawings, as plain data."""
