"""Shapes, parts and order of tensors: reshaping, joining, slicing, gathering, searching."""
