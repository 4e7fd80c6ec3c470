"""``tf.flags``: the flags of a program's command line, those of absl-py as TensorFlow uses them."""

from __future__ import annotations

import functools
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any

from absl import flags as _flags
from absl.flags import (
    DEFINE,
    ArgumentParser,
    ArgumentSerializer,
    BaseListParser,
    BooleanFlag,
    BooleanParser,
    CantOpenFlagFileError,
    CsvListSerializer,
    DEFINE_alias,
    DEFINE_enum,
    DEFINE_enum_class,
    DEFINE_flag,
    DEFINE_list,
    DEFINE_multi,
    DEFINE_multi_enum,
    DEFINE_multi_enum_class,
    DEFINE_multi_float,
    DEFINE_multi_integer,
    DEFINE_multi_string,
    DEFINE_spaceseplist,
    DuplicateFlagError,
    EnumClassFlag,
    EnumClassListSerializer,
    EnumClassParser,
    EnumClassSerializer,
    EnumFlag,
    EnumParser,
    Error,
    Flag,
    FlagHolder,
    FlagNameConflictsWithMethodError,
    FlagValues,
    FloatParser,
    IllegalFlagValueError,
    IntegerParser,
    ListParser,
    ListSerializer,
    MultiEnumClassFlag,
    MultiFlag,
    UnparsedFlagAccessError,
    UnrecognizedFlagError,
    ValidationError,
    WhitespaceSeparatedListParser,
    adopt_module_key_flags,
    declare_key_flag,
    disclaim_key_flags,
    doc_to_help,
    flag_dict_to_args,
    get_help_width,
    mark_bool_flags_as_mutual_exclusive,
    mark_flag_as_required,
    mark_flags_as_mutual_exclusive,
    mark_flags_as_required,
    multi_flags_validator,
    override_value,
    register_multi_flags_validator,
    register_validator,
    set_default,
    text_wrap,
    validator,
)

__all__ = [
    "DEFINE",
    "FLAGS",
    "ArgumentParser",
    "ArgumentSerializer",
    "BaseListParser",
    "BooleanFlag",
    "BooleanParser",
    "CantOpenFlagFileError",
    "CsvListSerializer",
    "DEFINE_alias",
    "DEFINE_bool",
    "DEFINE_boolean",
    "DEFINE_enum",
    "DEFINE_enum_class",
    "DEFINE_flag",
    "DEFINE_float",
    "DEFINE_integer",
    "DEFINE_list",
    "DEFINE_multi",
    "DEFINE_multi_enum",
    "DEFINE_multi_enum_class",
    "DEFINE_multi_float",
    "DEFINE_multi_integer",
    "DEFINE_multi_string",
    "DEFINE_spaceseplist",
    "DEFINE_string",
    "DuplicateFlagError",
    "EnumClassFlag",
    "EnumClassListSerializer",
    "EnumClassParser",
    "EnumClassSerializer",
    "EnumFlag",
    "EnumParser",
    "Error",
    "Flag",
    "FlagHolder",
    "FlagNameConflictsWithMethodError",
    "FlagValues",
    "FloatParser",
    "IllegalFlagValueError",
    "IntegerParser",
    "ListParser",
    "ListSerializer",
    "MultiEnumClassFlag",
    "MultiFlag",
    "UnparsedFlagAccessError",
    "UnrecognizedFlagError",
    "ValidationError",
    "WhitespaceSeparatedListParser",
    "adopt_module_key_flags",
    "declare_key_flag",
    "disclaim_key_flags",
    "doc_to_help",
    "flag_dict_to_args",
    "get_help_width",
    "mark_bool_flags_as_mutual_exclusive",
    "mark_flag_as_required",
    "mark_flags_as_mutual_exclusive",
    "mark_flags_as_required",
    "multi_flags_validator",
    "override_value",
    "register_multi_flags_validator",
    "register_validator",
    "set_default",
    "text_wrap",
    "validator",
]

# A flag is listed under the module that defines it, and the definitions pass through this one.
disclaim_key_flags()

# What the arguments of DEFINE_… were called before TensorFlow took absl's flags.
_FORMER_NAMES = {"flag_name": "name", "default_value": "default", "docstring": "help"}


def _with_former_names(define: Callable[..., Any]) -> Callable[..., Any]:
    """A function of ``absl.flags`` that takes its arguments by their former names too."""

    @functools.wraps(define)
    def defining(*arguments: Any, **named: Any) -> Any:
        former = _FORMER_NAMES.keys() & named
        if former:
            logging.warning(
                "Use of the keyword argument names (flag_name, default_value, docstring) is deprecated, "
                "please use (name, default, help) instead."
            )
        return define(*arguments, **{_FORMER_NAMES.get(name, name): value for name, value in named.items()})

    return defining


DEFINE_string = _with_former_names(_flags.DEFINE_string)
DEFINE_bool = DEFINE_boolean = _with_former_names(_flags.DEFINE_boolean)
DEFINE_float = _with_former_names(_flags.DEFINE_float)
DEFINE_integer = _with_former_names(_flags.DEFINE_integer)


class _ParsedWhenRead:
    """absl's flags, which are parsed from ``sys.argv`` when one is read before ``tf.app.run``."""

    def __getattr__(self, name: str) -> Any:
        if not _flags.FLAGS.is_parsed() and name in _flags.FLAGS:
            _flags.FLAGS(sys.argv)
        return getattr(_flags.FLAGS, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(_flags.FLAGS, name, value)

    def __delattr__(self, name: str) -> None:
        delattr(_flags.FLAGS, name)

    def __dir__(self) -> list[str]:
        return list(_flags.FLAGS.__dir__())

    def __getitem__(self, name: str) -> Any:
        return _flags.FLAGS[name]

    def __setitem__(self, name: str, flag: Any) -> None:
        _flags.FLAGS[name] = flag

    def __contains__(self, name: str) -> bool:
        return name in _flags.FLAGS

    def __len__(self) -> int:
        return len(_flags.FLAGS)

    def __iter__(self) -> Iterator[str]:
        return iter(_flags.FLAGS)

    def __str__(self) -> str:
        return str(_flags.FLAGS)

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return _flags.FLAGS(*arguments, **options)


FLAGS = _ParsedWhenRead()
