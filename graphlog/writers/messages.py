"""Protocol buffers of other packages, taken as if they were this one's."""

from __future__ import annotations

from typing import Protocol, TypeVar

from google.protobuf.message import Message

from graphlog.core.tensor import Tensor

MessageType = TypeVar("MessageType", bound=Message)


class HasMarkdown(Protocol):
    """What tells of itself as Markdown, such as the Explanation that ``explain`` gives."""

    def markdown(self) -> str:
        """The text."""


def is_message(value: object, name: str) -> bool:
    """Whether a value is a protocol buffer message of that name, from whichever package."""
    descriptor = getattr(value, "DESCRIPTOR", None)
    return getattr(descriptor, "name", None) == name and hasattr(value, "SerializeToString")


def to_message(message_class: type[MessageType], value: object, argument: str) -> MessageType:
    """Turns a message of TensorFlow, TensorBoard or another package into this package's, by way of its bytes.

    Args:
        message_class: the class that is wanted.
        value: a message of that class, or of one with the same name.
        argument: what the caller's user calls the value.

    Returns:
        The very value if it is of the class, or else a copy that is.

    Raises:
        TypeError: it is anything else.
    """
    if isinstance(value, message_class):
        return value
    name = message_class.DESCRIPTOR.name
    if not is_message(value, name):
        hint = "; run the tensor first, and pass what the run returns" if isinstance(value, Tensor) else ""
        raise TypeError(f"{argument} must be type {name}, saw type: {type(value)}{hint}")
    return message_class.FromString(value.SerializeToString())  # type: ignore[attr-defined]  # is a message
