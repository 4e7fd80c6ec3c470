"""Resource variables: what is read and changed by a handle."""
