"""``tf.resource_loader``: files that lie beside a program."""

from __future__ import annotations

import os
import sys

__all__ = ["get_data_files_path", "get_path_to_datafile", "get_root_dir_with_all_resources"]
__all__ += ["load_resource", "readahead_file_path"]


def _folder_of_caller() -> str:
    return os.path.dirname(sys._getframe(2).f_code.co_filename)


def get_data_files_path() -> str:
    """The folder of the file that calls this."""
    return _folder_of_caller()


def get_root_dir_with_all_resources() -> str:
    """The folder of the file that calls this: there are no runfiles of Bazel."""
    return _folder_of_caller()


def get_path_to_datafile(path: str) -> str:
    """A path relative to the folder of the file that calls this."""
    return os.path.join(_folder_of_caller(), path)


def load_resource(path: str) -> bytes:
    """The content of a file, its path taken relative to the folder of the file that calls this."""
    with open(os.path.join(_folder_of_caller(), path), "rb") as file:
        return file.read()


def readahead_file_path(path: str, readahead: str = "128M") -> str:
    """The path as it is."""
    return path
