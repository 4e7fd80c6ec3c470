"""Texts from strangers: nothing in them steers a terminal."""

import pytest

from graphlog.core.printable import printable


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
