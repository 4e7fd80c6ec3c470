"""What an operation type is: the one definition that everything else reads.

A definition says how many inputs and outputs an operation has and of which dtypes, which attributes
it takes, how its output shapes follow from its inputs, how NumPy computes it, and what its gradient
is in terms of other operations. Building, running, differentiating, exporting and testing an
operation all go through it, so adding an operation is one call of ``define_op``.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from graphlog.core.attributes import Attribute
from graphlog.core.dtypes import DType, as_dtype
from graphlog.core.late_parts import load_operations
from graphlog.core.shapes import StaticShape
from graphlog.core.user_code import is_users_function

if TYPE_CHECKING:
    from graphlog.core.operation import Operation
    from graphlog.core.session_state import SessionState
    from graphlog.core.tensor import Tensor

ShapeRule = Callable[["Operation"], Sequence[StaticShape]]
Kernel = Callable[..., Any]
GradientRule = Callable[..., Any]


class NotDifferentiable:
    """The gradient of an operation through which no derivative flows (see ``NOT_DIFFERENTIABLE``)."""

    def __repr__(self) -> str:
        return "NOT_DIFFERENTIABLE"


NOT_DIFFERENTIABLE: Final = NotDifferentiable()


@dataclass(frozen=True)
class Argument:
    """One declared input or output: a tensor, or a list of tensors.

    Attributes:
        name: what TensorFlow calls it.
        dtype: its dtype, where that is fixed.
        type_attribute: the attribute that holds its dtype, where that varies.
        number_attribute: the attribute that holds how many tensors there are, for a list of one dtype.
        type_list_attribute: the attribute that holds all dtypes, for a list of several dtypes.
        is_reference: whether it is a mutable reference (a variable).
    """

    name: str
    dtype: DType | None = None
    type_attribute: str = ""
    number_attribute: str = ""
    type_list_attribute: str = ""
    is_reference: bool = False

    @functools.cached_property
    def is_list(self) -> bool:
        """Whether it stands for several tensors."""
        return bool(self.number_attribute or self.type_list_attribute)

    @functools.cached_property
    def _is_plain(self) -> bool:
        return bool(self.type_attribute) and not self.is_list and not self.is_reference

    def dtypes(self, attributes: Mapping[str, Any]) -> list[DType]:
        """The dtypes of its tensors, under these attributes."""
        if self._is_plain:
            return [attributes[self.type_attribute]]
        if self.type_list_attribute:
            return list(attributes[self.type_list_attribute])
        dtype = self.dtype or attributes[self.type_attribute]
        if self.is_reference:
            dtype = dtype.reference
        return [dtype] * (attributes[self.number_attribute] if self.number_attribute else 1)


@dataclass(frozen=True)
class Sample:
    """Example inputs of an operation, from which the tests check its definition.

    Attributes:
        inputs: an array for each input; a list of arrays for an input that is a list. A dtype stands for
            a handle, of which there is no array.
        attributes: the attributes that the inputs do not determine.
        raises: a part of the error message, where running it must fail.
        differentiable: whether its derivatives are to be compared with numerical ones.
        is_runnable: whether it runs outside of the construct that it belongs to, such as a loop.
    """

    inputs: tuple[Any, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    raises: str = ""
    differentiable: bool = True
    is_runnable: bool = True


class Signature(NamedTuple):
    """What the definition of an operation makes of the dtypes of its inputs and the attributes given.

    Attributes:
        attributes: all attributes of the operation; shared by those that are alike.
        output_dtypes: the dtype of every output tensor.
    """

    attributes: Mapping[str, Any]
    output_dtypes: Sequence[DType]


@dataclass(frozen=True, eq=False)
class OpDefinition:
    """All there is to know of one operation type.

    Attributes:
        type: the GraphDef type, such as ``"Tanh"``.
        inputs: the declared inputs.
        outputs: the declared outputs.
        attributes: the declared attributes by name, in TensorFlow's order.
        shape: the static shapes of the outputs, from an Operation whose inputs and attributes are
            set. Raises ValueError where the inputs do not fit.
        make_kernel: the NumPy function of an Operation's input values, in a session. It returns the
            output, or a tuple of outputs where several are declared, and never writes to its inputs.
            A reference input is a ``VariableCell``. A kernel with an argument ``out``, like NumPy's own,
            writes its one output there.
        gradient: the derivative rule: from the Operation and the gradient of each output to the
            gradient of each input (None where there is none), built from graph operations. None
            where TensorFlow defines none; NOT_DIFFERENTIABLE where no derivative flows.
        samples: example inputs.
        is_stateful: whether running it does more than compute its outputs.
        returns_view: whether an output may share memory with an input.
        specialize: from an Operation whose static shapes and constants are those of a run, a kernel that
            gives the same values faster, or None; absent where ``make_kernel`` is as good. It is given
            nothing but arrays of these shapes, and cells of variables that have them.
        may_overwrite_inputs: whether each element of the output needs only the same elements of the inputs,
            so that a kernel with an argument ``out`` may be told to write over one of them.
        keeps_inputs: whether somebody may hold on to the arrays that a kernel was given when it is done.
        calls_users_code: whether a kernel calls functions that the user of graphlog has written.
        keeps_state: whether a kernel keeps something in the session from run to run.
        is_users: whether a function of the user's is part of it, of which nothing is known.
        signatures: those that were worked out so far (see ``op_creation``).
    """

    type: str
    inputs: tuple[Argument, ...]
    outputs: tuple[Argument, ...]
    attributes: Mapping[str, Attribute]
    shape: ShapeRule
    make_kernel: Callable[[Operation, SessionState], Kernel]
    gradient: GradientRule | NotDifferentiable | None
    samples: tuple[Sample, ...]
    is_stateful: bool = False
    returns_view: bool = False
    specialize: Callable[[Operation], Kernel | None] | None = None
    may_overwrite_inputs: bool = False
    keeps_inputs: bool = False
    calls_users_code: bool = False
    keeps_state: bool = False
    is_users: bool = False
    signatures: dict[Any, Signature] = field(default_factory=dict, init=False, repr=False)

    @functools.cached_property
    def takes_list(self) -> bool:
        """Whether an input is a list of tensors."""
        return any(argument.is_list for argument in self.inputs)

    def input_references(self, attributes: Mapping[str, Any]) -> list[bool]:
        """Whether each input tensor is taken as a reference, under these attributes."""
        return [argument.is_reference for argument in self.inputs for _ in argument.dtypes(attributes)]

    def output_dtypes(self, attributes: Mapping[str, Any]) -> list[DType]:
        """The dtype of every output tensor, under these attributes."""
        if len(self.outputs) == 1:
            return self.outputs[0].dtypes(attributes)
        return [dtype for argument in self.outputs for dtype in argument.dtypes(attributes)]

    def __call__(self, *inputs: Any, name: str | None = None, **attributes: Any) -> Tensor:
        """Adds an operation of this type to the default graph and returns its one output.

        Args:
            *inputs: a tensor, or what can be converted to one, for each declared input.
            name: the operation's name; its type if None.
            **attributes: the attributes that the inputs do not determine.

        Returns:
            The output.

        Raises:
            TypeError: a dtype is not allowed, or does not match another.
            ValueError: the shapes or the name are not valid, or there is not exactly one output.
        """
        (output,) = _creator()(self, inputs, name, attributes).outputs
        return output

    def operation(self, *inputs: Any, name: str | None = None, **attributes: Any) -> Operation:
        """Adds an operation of this type to the default graph; the arguments are as above."""
        return _creator()(self, inputs, name, attributes)


@functools.cache
def _creator() -> Callable[..., Operation]:
    """``op_creation.create``, which needs this module: it is looked up once, since it is called so often."""
    from graphlog.core.op_creation import create

    return create


_registry: dict[str, OpDefinition] = {}


def define_op(
    type: str,
    inputs: Sequence[str],
    outputs: Sequence[str],
    *,
    shape: ShapeRule,
    samples: Sequence[Sample],
    kernel: Kernel | None = None,
    make_kernel: Callable[[Operation], Kernel] | None = None,
    make_stateful_kernel: Callable[[Operation, SessionState], Kernel] | None = None,
    gradient: GradientRule | NotDifferentiable | None = None,
    attributes: Mapping[str, Attribute] | None = None,
    is_stateful: bool = False,
    returns_view: bool = False,
    specialize: Callable[[Operation], Kernel | None] | None = None,
    may_overwrite_inputs: bool = False,
    keeps_inputs: bool | None = None,
    calls_users_code: bool = False,
) -> OpDefinition:
    """Defines an operation type and registers it under its name.

    Args:
        type: the GraphDef type.
        inputs: one text for each input: ``"x: T"`` (dtype from attribute ``T``), ``"dims: int32"``,
            ``"values: N * T"`` (a list of ``N``), ``"data: Tlist"`` (``Tlist`` a list of dtypes), or
            ``"ref: Ref(T)"`` (a mutable reference).
        outputs: likewise.
        shape: see ``OpDefinition``; the same holds for what follows.
        samples: at least one, since the tests know an operation by its samples.
        kernel: the NumPy function of the inputs, where it does not depend on the attributes.
        make_kernel: what makes that function from an Operation, where it does.
        make_stateful_kernel: what makes it from an Operation and the session's state, where it keeps
            something from run to run.
        gradient: the derivative rule.
        attributes: the attributes by name.
        is_stateful: whether running it does more than compute its outputs.
        returns_view: whether an output may share memory with an input.
        specialize: what makes a faster kernel for certain shapes.
        may_overwrite_inputs: whether a kernel may write its output over an input.
        keeps_inputs: whether somebody may hold on to inputs; None where that is so if it is stateful or
            calls functions of the user's.
        calls_users_code: whether it calls functions of the user's.

    Returns:
        The definition. Calling it adds an operation to the default graph.

    Raises:
        ValueError: the type is taken, there is no sample, or the definition contradicts itself.
    """
    if is_users_function(shape):
        # The user's types must not stand in the way of graphlog's.
        load_operations()
    if type in _registry:
        raise ValueError(f"An operation type {type!r} is defined already.")
    if not samples:
        raise ValueError(f"Operation type {type!r} needs at least one Sample: the tests check it by them.")
    kernels = [item for item in (kernel, make_kernel, make_stateful_kernel) if item is not None]
    if len(kernels) != 1:
        raise ValueError(
            f"Operation type {type!r} needs one of kernel, make_kernel and make_stateful_kernel; it has "
            f"{len(kernels)}."
        )
    attributes = dict(attributes or {})
    is_users = any(map(is_users_function, [shape, *kernels]))
    calls_users_code = calls_users_code or is_users
    if keeps_inputs is None:
        keeps_inputs = is_stateful or calls_users_code
    definition = OpDefinition(
        type=type,
        inputs=tuple(_argument(text, attributes, type) for text in inputs),
        outputs=tuple(_argument(text, attributes, type) for text in outputs),
        attributes=attributes,
        shape=shape,
        make_kernel=_kernel_maker(kernel, make_kernel, make_stateful_kernel),
        gradient=gradient,
        samples=tuple(samples),
        is_stateful=is_stateful,
        returns_view=returns_view,
        specialize=specialize,
        may_overwrite_inputs=may_overwrite_inputs,
        keeps_inputs=keeps_inputs,
        calls_users_code=calls_users_code,
        keeps_state=make_stateful_kernel is not None,
        is_users=is_users,
    )
    _registry[type] = definition
    return definition


def _kernel_maker(
    kernel: Kernel | None,
    make_kernel: Callable[[Operation], Kernel] | None,
    make_stateful_kernel: Callable[[Operation, SessionState], Kernel] | None,
) -> Callable[[Operation, SessionState], Kernel]:
    if make_stateful_kernel is not None:
        return make_stateful_kernel
    if make_kernel is not None:
        return lambda op, _: make_kernel(op)
    assert kernel is not None
    return lambda op, _: kernel


def find_definition(type: str) -> OpDefinition | None:
    """The definition of an operation type, or None where graphlog knows none."""
    definition = _registry.get(type)
    if definition is None:
        load_operations()
        definition = _registry.get(type)
    return definition


def all_definitions() -> list[OpDefinition]:
    """Every definition, sorted by type."""
    load_operations()
    return [_registry[type] for type in sorted(_registry)]


_ARGUMENT = re.compile(r"(?P<name>\w+): *(?:(?P<number>\w+) *\* *)?(?P<reference>Ref\()?(?P<type>\w+)\)?")


def _argument(text: str, attributes: Mapping[str, Attribute], op_type: str) -> Argument:
    match = _ARGUMENT.fullmatch(text)
    if match is None:
        raise ValueError(f"Operation type {op_type!r}: {text!r} does not describe an input or output.")
    name, number, type_name = match["name"], match["number"] or "", match["type"]
    if number and (number not in attributes or attributes[number].kind != "int"):
        raise ValueError(f"Operation type {op_type!r}: {text!r} needs an integer attribute {number!r}.")
    is_reference = match["reference"] is not None
    attribute = attributes.get(type_name)
    if attribute is None and not type_name.islower():
        raise ValueError(
            f"Operation type {op_type!r}: {type_name!r} of {text!r} is neither a dtype nor an attribute."
        )
    if attribute is None:
        return Argument(name, as_dtype(type_name), number_attribute=number, is_reference=is_reference)
    if attribute.kind == "list(type)":
        return Argument(name, type_list_attribute=type_name)
    if attribute.kind != "type":
        raise ValueError(f"Operation type {op_type!r}: attribute {type_name!r} of {text!r} is no dtype.")
    return Argument(name, type_attribute=type_name, number_attribute=number, is_reference=is_reference)
