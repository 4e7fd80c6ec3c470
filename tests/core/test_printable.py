"""Texts from strangers: nothing in them steers a terminal."""

import numpy as np
import pytest

from graphlog.core.printable import described, printable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("layer/weights é 学 …", "layer/weights é 学 …"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("two\nlines\t", "two\\nlines\\t"),
        ("turned\u202eround", "turned\\u202eround"),
        ("\udc80", "\\udc80"),
        ("\U000e0001", "\\U000e0001"),
    ],
)
def test_what_is_no_visible_sign_is_its_escape(text: str, expected: str) -> None:
    assert printable(text) == expected
    assert printable(text).isprintable()


def test_a_value_in_an_error_is_told_in_one_short_line() -> None:
    assert described(3) == "3 of type int"
    for value in (list(range(10**6)), "a" * 10**6, np.zeros((100, 100)), "\x1b[2J"):
        text = described(value)
        assert len(text) < 120
        assert text.isprintable()
        assert text.endswith(f" of type {type(value).__name__}")
