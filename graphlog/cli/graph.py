"""``graphlog graph``: the scopes of a graph, its nodes, and what they are joined with."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphlog.cli.graph_sources import graph_source
from graphlog.cli.number_texts import bytes_text, count_text, plural
from graphlog.cli.options import AsJson
from graphlog.cli.output import (
    FINE,
    FOUND,
    MOST_ROWS,
    error_text,
    print_json,
    print_rows,
    print_styled,
    print_table,
    shown,
)
from graphlog.cli.similar_names import similar_names
from graphlog.cli.waiting import waiting

if TYPE_CHECKING:
    from graphlog.inspect.graphs.node_details import NodeDetails
    from graphlog.inspect.graphs.nodes import GraphNodes
    from graphlog.inspect.graphs.scope_tree import Scope

# So many of the nodes that take a tensor are named.
_MOST_TAKERS = 5


def graph(
    path: Annotated[
        str,
        typer.Argument(metavar="PATH", help="A GraphDef, MetaGraphDef, SavedModel, event file or folder."),
    ],
    depth: Annotated[int, typer.Option(metavar="N", help="How many levels of scopes to show.", min=0)] = 1,
    scope: Annotated[str, typer.Option(metavar="NAME", help="Only what is in this scope.")] = "",
    node: Annotated[
        str, typer.Option(metavar="NAME", help="All of one node; with --up and --down its surroundings.")
    ] = "",
    up: Annotated[
        int, typer.Option(metavar="N", help="With --node: so many edges towards its inputs.", min=0)
    ] = 0,
    down: Annotated[
        int, typer.Option(metavar="N", help="With --node: so many edges to its consumers.", min=0)
    ] = 0,
    find: Annotated[
        str, typer.Option(metavar="REGEX", help="The nodes whose names a regular expression matches.")
    ] = "",
    type: Annotated[str, typer.Option("--type", metavar="TYPE", help="The nodes of an operation type.")] = "",
    route: Annotated[
        tuple[str, str] | None, typer.Option("--path", metavar="A B", help="A shortest path from A to B.")
    ] = None,
    gradient_of: Annotated[
        str, typer.Option(metavar="NAME", help="The nodes that compute the gradient of a node.")
    ] = "",
    json: AsJson = False,
) -> int:
    """Show the scopes of a graph, or look for nodes in it.

    Exit status 1 says that no node was found.
    """
    from graphlog.inspect.graphs.nodes import graph_nodes

    if (up or down) and not node:
        raise ValueError("--up and --down go from one node: --node NAME says from which.")
    with waiting(f"reading {path}"):
        nodes = graph_nodes(graph_source(path, "graphlog graph {}"))
    if not len(nodes):
        raise ValueError(f"{path} holds no graph, or one without nodes.")
    with _similar_names_told(nodes, [node, scope, *(route or ()), gradient_of]):
        if node and not (up or down):
            return _show_node(nodes, node, json)
        if node:
            return _show_neighbours(nodes, node, up, down, json)
        if find or type:
            from graphlog.inspect.graphs.search import find_nodes

            wanted = " and ".join(
                [*([f"the type {type!r}"] if type else []), *([f"a name with {find!r}"] if find else [])]
            )
            return _show_nodes(nodes, find_nodes(nodes, find, type), json, f"No node has {wanted}.")
        if route is not None:
            from graphlog.inspect.graphs.search import shortest_path

            found = shortest_path(nodes, *route)
            return _show_nodes(nodes, found, json, f"No path leads from {route[0]!r} to {route[1]!r}.")
        if gradient_of:
            return _show_gradient(nodes, gradient_of, json)
        return _show_scopes(nodes, depth, scope, json)


@contextmanager
def _similar_names_told(nodes: GraphNodes, wanted: Sequence[str]) -> Iterator[None]:
    """Adds to an error about a name that is not there those that may have been meant."""
    try:
        yield
    except KeyError as error:
        hint = similar_names(nodes.names, wanted) or " --find REGEX looks for names."
        raise LookupError(f"{error_text(error)}{hint}") from None


# Scopes


def _show_scopes(nodes: GraphNodes, depth: int, within: str, json: bool) -> int:
    from graphlog.core import garbage_collection
    from graphlog.inspect.graphs.scope_tree import scope_tree

    with garbage_collection.paused():
        with waiting("looking at the scopes"):
            scopes = scope_tree(nodes, depth, within)
        if json:
            print_json(scopes)
        else:
            _print_scopes(scopes, depth)
    return FINE


def _print_scopes(scopes: Sequence[Scope], depth: int) -> None:
    head = ["scope", "type", "nodes", "parameters", "in memory", "in file", "outputs"]
    kept = [0, 1, 2, 3, 4, 5, 6]
    if not any(item.parameter_count or item.unknown_parameters for item in scopes):
        kept = [0, 1, 2, 5, 6]
    rows = (_scope_cells(item, scopes[0].depth) for item in scopes)
    print_table(
        [head[place] for place in kept],
        ([row[place] for place in kept] for row in rows),
        right=["nodes", "parameters", "in memory", "in file"],
        breaks=["outputs", "scope"],
    )
    closed = any(item.operation_count > bool(item.type) for item in scopes if item.depth == depth)
    if closed and sys.stdout.isatty():
        print(f"--depth {depth + 1} shows what is in the scopes, --node NAME all of one node.")
    elif len(scopes) > MOST_ROWS and sys.stdout.isatty():
        print("--find REGEX looks for nodes by their names, --type TYPE by their types.")


def _scope_cells(scope: Scope, level: int) -> list[object]:
    indent = "  " * (scope.depth - level)
    more = "/" if scope.operation_count > bool(scope.type) else ""
    unknown = " + ?" if scope.unknown_parameters else ""
    has_parameters = scope.parameter_count or scope.unknown_parameters
    return [
        f"{indent}{scope.label}{more}" if scope.name else "(all)",
        scope.type or "-",
        count_text(scope.operation_count),
        f"{scope.parameter_count:,}{unknown}" if has_parameters else "-",
        f"{bytes_text(scope.parameter_bytes)}{unknown}" if has_parameters else "-",
        bytes_text(scope.stored_bytes),
        _outputs_text(scope),
    ]


def _outputs_text(scope: Scope) -> str:
    most = 2 if scope.output_count <= 2 else 1
    texts = [shape_text(item.shape) for item in scope.outputs[:most] if item.is_shape_stated]
    hidden = scope.output_count - len(texts)
    return ", ".join([*texts, *([f"+{hidden}"] if hidden and texts else [])]) or "-"


def shape_text(shape: Sequence[int | None] | None) -> str:
    """A static shape: ``[?, 3]``, or ``?`` where not even the rank is known."""
    return "?" if shape is None else f"[{', '.join('?' if size is None else str(size) for size in shape)}]"


# Nodes


def _show_nodes(nodes: GraphNodes, positions: Sequence[int], json: bool, nothing: str) -> int:
    if json:
        print_json([_as_data(nodes, position) for position in positions])
    elif positions:
        rows = [_node_cells(nodes, item) for item in positions]
        print_table(["node", "type", "output shapes"], rows, breaks=["node", "output shapes"])
        print(plural(len(positions), "node"))
    else:
        print(shown(nothing))
    return FINE if positions else FOUND


def _show_gradient(nodes: GraphNodes, name: str, json: bool) -> int:
    """Prints a node with those that compute its gradient."""
    from graphlog.inspect.graphs.gradient_pairs import gradient_nodes
    from graphlog.inspect.graphs.node_details import node_details

    found = gradient_nodes(nodes, name)
    if not json and found:
        node, type, shapes = _node_cells(nodes, nodes.position(name))
        print(f"The gradient of {shown(node)} ({shown(type)}, output {shown(shapes)}) is computed by")
    nothing = f"No node computes the gradient of {name!r}."
    details = node_details(nodes, name)
    takers = dict.fromkeys(taker for output in details.outputs for taker in output.consumers)
    with_gradient = [taker for taker in takers if gradient_nodes(nodes, taker)][:_MOST_TAKERS]
    if not details.inputs and with_gradient:
        nothing = (
            f"{name!r} takes no input that a gradient could be passed on to. "
            f"What arrives at it comes from those that take it: --gradient-of {' or '.join(with_gradient)}"
        )
    return _show_nodes(nodes, found, json, nothing)


def _as_data(nodes: GraphNodes, position: int) -> dict[str, Any]:
    return {
        "name": nodes.names[position],
        "type": nodes.types[position],
        "inputs": nodes.inputs[position],
        "output_shapes": nodes.output_shapes(position),
    }


def _node_cells(nodes: GraphNodes, position: int) -> list[object]:
    shapes = ", ".join(map(shape_text, nodes.output_shapes(position)))
    return [nodes.names[position], nodes.types[position], shapes or "-"]


def _show_neighbours(nodes: GraphNodes, name: str, up: int, down: int, json: bool) -> int:
    from graphlog.inspect.graphs.search import neighbourhood

    found = neighbourhood(nodes, name, up, down)
    if json:
        print_json([{"distance": item.distance, **_as_data(nodes, item.position)} for item in found])
        return FINE
    rows: list[list[object]] = [
        [f"{item.distance:+d}" if item.distance else "0", *_node_cells(nodes, item.position)]
        for item in sorted(found, key=lambda item: item.distance)
    ]
    head = ["distance", "node", "type", "output shapes"]
    print_table(head, rows, right=["distance"], breaks=["node", "output shapes"])
    print(plural(len(found), "node"))
    return FINE


def _show_node(nodes: GraphNodes, name: str, json: bool) -> int:
    from graphlog.inspect.graphs.node_details import node_details

    details = node_details(nodes, name)
    if json:
        print_json(details)
        return FINE
    print_styled(f"{details.name}  {details.type}", "bold")
    for title, rows in _sections(details):
        if rows:
            print(title)
            print_rows(rows)
    return FINE


def _sections(details: NodeDetails) -> Iterator[tuple[str, list[list[object]]]]:
    """What there is to tell of a node: titles with rows, some of them empty."""
    yield "inputs", [[item.text, f"{item.dtype} {shape_text(item.shape)}".strip()] for item in details.inputs]
    yield "control inputs: it waits for", [[item] for item in details.control_inputs]
    for number, output in enumerate(details.outputs):
        title = " ".join([f"output {number}:", shown(output.dtype), shape_text(output.shape)])
        takers: list[list[object]] = [[name] for name in output.consumers] or [["no node"]]
        yield f"{title}, taken by", takers
    yield "waited for by", [[item] for item in details.control_consumers]
    # The shapes of the outputs stand beside them.
    shown_elsewhere = "_output_shapes"
    yield "attributes", [[key, text] for key, text in details.attributes.items() if key != shown_elsewhere]
    facts: list[list[object]] = [["in the file", bytes_text(details.stored_bytes)]]
    if details.parameters is not None:
        held = details.parameters
        facts.append(["parameters", f"{count_text(held.count)}, {bytes_text(held.bytes)} in memory"])
    if details.device:
        facts.append(["device", details.device])
    yield "size and place", facts
    yield "built at", [[line] for line in details.source_lines]
