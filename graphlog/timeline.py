"""Traces for Chrome's tracing page (``tensorflow.python.client.timeline``)."""

from __future__ import annotations

from graphlog.runtime.timelines import Timeline

__all__ = ["Timeline"]
