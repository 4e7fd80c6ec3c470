"""What is learned of one file is used for the next, and is not kept without bound."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from graphlog.events.reading.event_reader import read_event_file
from graphlog.events.reading.known_layouts import known_layouts
from graphlog.events.writing.scalar_records import ScalarTag, encode_scalars


def file_of(tags: list[str]) -> bytes:
    """Four scalars of each tag."""
    count = 4 * len(tags)
    each_tag = [ScalarTag(tag) for tag in tags] * 4
    steps, values = np.arange(count), np.arange(count, dtype=np.float32)
    return bytes(encode_scalars(each_tag, steps, values, steps.astype(np.float64)))


def in_new_thread(check: Callable[[], None]) -> None:
    """Calls it where nothing is known yet."""
    with ThreadPoolExecutor(1) as threads:
        threads.submit(check).result()


def test_a_second_file_teaches_nothing_new() -> None:
    def check() -> None:
        tags = [f"alike_{number}" for number in range(100)]
        first = read_event_file(file_of(tags))
        count = known_layouts().template_count()
        second = read_event_file(file_of(tags[::-1]))
        assert known_layouts().template_count() == count >= 100
        assert list(first.scalars) == tags
        assert list(second.scalars) == tags[::-1]

    in_new_thread(check)


def test_files_of_ever_new_tags() -> None:
    def check() -> None:
        most = 0
        for number in range(12):
            tags = [f"file_{number}/tag_{tag:04d}" for tag in range(1000)]
            contents = read_event_file(file_of(tags))
            assert list(contents.scalars) == tags
            assert {len(columns.steps) for columns in contents.scalars.values()} == {4}
            most = max(most, known_layouts().template_count())
        assert 1000 <= most < 12_000

    in_new_thread(check)
