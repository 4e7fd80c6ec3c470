"""What TensorBoard would show wrongly or not at all, of graphs and of logs."""
