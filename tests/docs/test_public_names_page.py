"""The page of public names is what there is, so that no name comes or goes unseen."""

import pytest

from tests.docs.public_names_page import PAGE, page, public_names


def test_the_page_is_what_there_is_now() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python tests/docs/public_names_page.py"


@pytest.mark.parametrize("path", public_names())
def test_each_name_says_what_it_is(path: str) -> None:
    assert [name.path for name in public_names()[path] if not name.text] == []
