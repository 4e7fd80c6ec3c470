"""HParams: the settings of a model (``tf.contrib.training.HParams``)."""

from __future__ import annotations

import json
import numbers
import re
from collections.abc import Callable, Mapping
from typing import Any

_ASSIGNMENT = re.compile(
    r"(?P<name>[a-zA-Z][\w.]*)(\[\s*(?P<index>\d+)\s*\])?\s*=\s*"
    r"((?P<value>[^,\[]*)|\[(?P<values>[^\]]*)\])($|,\s*)"
)


class HParams:
    """Settings by name, each with a type, as attributes.

    Args:
        hparam_def: must be None: graphlog has no such message.
        model_structure: anything; ``get_model_structure`` gives it back.
        **kwargs: the settings: numbers, strings, booleans, or lists of one type.

    Raises:
        ValueError: a name is taken, or a list empty.

    Source: ``tf.contrib.training.HParams``.
    """

    def __init__(self, hparam_def: Any = None, model_structure: Any = None, **kwargs: Any) -> None:
        if hparam_def is not None:
            raise NotImplementedError("graphlog makes no HParams of an HParamDef: give names and values.")
        self._hparam_types: dict[str, tuple[type, bool]] = {}
        self._model_structure = model_structure
        for name, value in kwargs.items():
            self.add_hparam(name, value)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def add_hparam(self, name: str, value: Any) -> None:
        """Adds a setting; ValueError where the name is taken."""
        if getattr(self, name, None) is not None:
            raise ValueError(f"Hyperparameter name is reserved: {name}")
        if isinstance(value, list | tuple):
            if not value:
                raise ValueError(f"Multi-valued hyperparameters cannot be empty: {name}")
            self._hparam_types[name] = (type(value[0]), True)
        else:
            self._hparam_types[name] = (type(value), False)
        setattr(self, name, value)

    def set_hparam(self, name: str, value: Any) -> None:
        """Changes a setting; KeyError where there is none, ValueError where the type does not fit."""
        kind, is_list = self._hparam_types[name]
        if isinstance(value, list):
            if not is_list:
                raise ValueError(f"Must not pass a list for single-valued parameter: {name}")
            setattr(self, name, [_cast(name, kind, item) for item in value])
        else:
            if is_list:
                raise ValueError(f"Must pass a list for multi-valued parameter: {name}.")
            setattr(self, name, _cast(name, kind, value))

    def del_hparam(self, name: str) -> None:
        """Takes a setting away."""
        if hasattr(self, name):
            delattr(self, name)
            del self._hparam_types[name]

    def parse(self, values: str) -> HParams:
        """Changes settings as a text says, such as ``"rate=0.1,sizes=[3,4]"``.

        Raises:
            ValueError: there is no such setting, or a value does not fit.
        """
        return self.override_from_dict(
            parse_values(values, {name: kind for name, (kind, _) in self._hparam_types.items()})
        )

    def override_from_dict(self, values_dict: Mapping[str, Any]) -> HParams:
        """Changes settings; returns itself."""
        for name, value in values_dict.items():
            self.set_hparam(name, value)
        return self

    def set_from_map(self, values_map: Mapping[str, Any]) -> HParams:
        """The older name of ``override_from_dict``."""
        return self.override_from_dict(values_map)

    def set_model_structure(self, model_structure: Any) -> None:
        """Keeps anything for ``get_model_structure``."""
        self._model_structure = model_structure

    def get_model_structure(self) -> Any:
        """What ``set_model_structure`` was given."""
        return self._model_structure

    def to_json(self, indent: Any = None, separators: Any = None, sort_keys: bool = False) -> str:
        """The settings as JSON."""
        return json.dumps(self.values(), indent=indent, separators=separators, sort_keys=sort_keys)

    def parse_json(self, values_json: str) -> HParams:
        """Changes settings as JSON says; returns itself."""
        return self.override_from_dict(json.loads(values_json))

    def values(self) -> dict[str, Any]:
        """The settings by name."""
        return {name: getattr(self, name) for name in self._hparam_types}

    def get(self, key: str, default: Any = None) -> Any:
        """A setting, or a default; ValueError where the default is of another type."""
        if key not in self._hparam_types:
            return default
        if default is not None:
            kind, is_list = self._hparam_types[key]
            described = f"list<{kind}>" if is_list else str(kind)
            problem = f"Hparam '{key}' of type '{described}' is incompatible with default={default}"
            if is_list != isinstance(default, list):
                raise ValueError(problem)
            try:
                for item in default if is_list else [default]:
                    _cast(key, kind, item)
            except ValueError as error:
                raise ValueError(f"{problem}. {error}") from None
        return getattr(self, key)

    def __contains__(self, key: str) -> bool:
        return key in self._hparam_types

    def __str__(self) -> str:
        return ",".join(f"{name}={value}" for name, value in self.values().items())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({sorted(self.values().items())})"


def _cast(name: str, kind: type, value: Any) -> Any:
    """A value as one of a type, where nothing is lost; ValueError elsewhere."""
    if type(value) is kind or kind is type(None):
        return value
    fits = (
        (not issubclass(kind, str | bytes) or isinstance(value, str | bytes))
        and issubclass(kind, bool) == isinstance(value, bool)
        and (not issubclass(kind, numbers.Integral) or isinstance(value, numbers.Integral))
        and (not issubclass(kind, numbers.Number) or isinstance(value, numbers.Number))
    )
    if not fits:
        raise ValueError(f"Could not cast hparam '{name}' of type '{kind}' from value {value!r}")
    return kind(value)


def parse_values(values: str, type_map: Mapping[str, type], ignore_unknown: bool = False) -> dict[str, Any]:
    """The settings that a text such as ``"rate=0.1,sizes=[3,4],layer[1]=5"`` gives.

    Args:
        values: the text.
        type_map: the type of each setting.
        ignore_unknown: whether settings without a type are passed over.

    Returns:
        Values by name; lists, and dicts by index, where the text has them.

    Raises:
        ValueError: the text is malformed, names a setting without a type or twice, or a value does not fit.

    Source: ``tf.contrib.training.parse_values``.
    """
    results: dict[str, Any] = {}
    position = 0
    while position < len(values):
        match = _ASSIGNMENT.match(values, position)
        if not match:
            raise ValueError(f"Malformed hyperparameter value: {values[position:]}")
        position = match.end()
        name = match["name"]
        if name not in type_map:
            if ignore_unknown:
                continue
            raise ValueError(f"Unknown hyperparameter type for {name}")
        read = _reader(name, type_map[name], values)
        if match["value"] is None:
            if match["index"] is not None:
                raise ValueError("Assignment of a list to a list index.")
            _check_new(name, results, name, values)
            results[name] = [read(item) for item in re.split("[ ,]", match["values"]) if item]
        elif match["index"] is None:
            _check_new(name, results, name, values)
            results[name] = read(match["value"])
        else:
            index = int(match["index"])
            items = results.setdefault(name, {})
            if not isinstance(items, dict):
                _check_new(name, results, name, values)
            _check_new(f"{name}[{index}]", items, index, values)
            items[index] = read(match["value"])
    return results


def _check_new(name: str, known: Mapping[Any, Any], key: Any, values: str) -> None:
    if key in known:
        raise ValueError(f"Multiple assignments to variable '{name}' in {values}")


def _reader(name: str, kind: type, values: str) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        try:
            if kind is not bool:
                return kind(text)
            return text in ("true", "True") or (text not in ("false", "False") and bool(int(text)))
        except ValueError:
            raise ValueError(
                f"Could not parse hparam '{name}' of type '{kind.__name__}' with value '{text}' in {values}"
            ) from None

    return read
