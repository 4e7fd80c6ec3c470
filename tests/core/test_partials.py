"""Functions that differ in one thing only."""

import inspect
from typing import Any, get_type_hints

import pytest

from graphlog.core.partials import partial_of


def _power(exponent: int, base: Any, scale: float = 1.0) -> Any:
    if isinstance(base, str):
        raise TypeError("no number")
    return scale * base**exponent


@partial_of(_power, 2)
def square() -> None:
    """The square of a number."""


@partial_of(_power, 2, scale=2.0)
def double_square() -> None:
    """Twice the square of a number, or so often as ``scale`` says."""


def test_it_calls_with_the_first_argument() -> None:
    assert square(3.0) == 9.0
    assert square(base=3.0, scale=2.0) == 18.0


def test_a_default_may_differ() -> None:
    assert double_square(3.0) == double_square(3.0, 2.0) == 18.0
    assert double_square(3.0, 1.0) == double_square(3.0, scale=1.0) == 9.0
    assert str(inspect.signature(double_square)) == "(base: Any, scale: float = 2.0) -> Any"


def test_help_shows_what_it_is() -> None:
    assert (square.__name__, square.__module__, square.__doc__) == (
        "square",
        __name__,
        "The square of a number.",
    )
    assert str(inspect.signature(square)) == "(base: Any, scale: float = 1.0) -> Any"
    assert get_type_hints(square) == {"base": Any, "scale": float, "return": Any}


def test_errors_say_its_name_and_others_are_left_alone() -> None:
    with pytest.raises(TypeError, match=r"^square\(\) missing a required argument: 'base'$"):
        square()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"^square\(\) got an unexpected keyword argument 'power'$"):
        square(3.0, power=2)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"^no number$"):
        square("3")
