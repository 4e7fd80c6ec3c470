from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphlog.encoders.tags import clean_tag

MEASURED_IN_TENSORFLOW_1_15 = [
    ("loss/x", "loss/x"),
    ("a.b-c_D9", "a.b-c_D9"),
    ("a b", "a_b"),
    (" a", "_a"),
    ("a:b", "a_b"),
    ("a\nb", "a_b"),
    ("/a/b", "a/b"),
    ("//a", "a"),
    ("///", ""),
    ("a/", "a/"),
    ("-a", "-a"),
    ("_x", "_x"),
    ("", ""),
    ("é", "é"),
    ("中", "中"),
    ("٣", "٣"),
]


@pytest.mark.parametrize(("name", "tag"), MEASURED_IN_TENSORFLOW_1_15)
def test_clean_tag_does_what_tensorflow_1_does(name: str, tag: str) -> None:
    assert clean_tag(name) == tag


@given(st.text())
@settings(deadline=None)
def test_a_clean_tag_stays_as_it_is(name: str) -> None:
    tag = clean_tag(name)
    assert clean_tag(tag) == tag
    assert not tag.startswith("/")
