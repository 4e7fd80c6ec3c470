"""Looking into a graph: its nodes and edges as columns, its scopes as a tree, searches."""
