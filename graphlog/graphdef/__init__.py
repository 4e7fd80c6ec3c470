"""Graphs as GraphDef protobufs and back: the only bridge between ``core`` and ``proto``."""
