"""What is different between two graphs, two curves, two logs."""
