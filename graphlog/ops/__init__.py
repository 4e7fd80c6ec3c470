"""The operations a graph can hold, one definition each, and the functions that build them.

Each module defines the operations of one subject and is imported when one of them is first used;
``graphlog.ops.everything`` imports all. The operations that nearly all gradients are made of refer to each
other, and ``arithmetic`` is where their modules can be entered, so it comes first.
"""

from graphlog.ops.math import arithmetic

__all__ = ["arithmetic"]
