"""``graphlog graph``: the scopes of a graph, its nodes, and what they are joined with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphlog.cli.number_texts import bytes_text, count_text, plural
from graphlog.cli.options import AsJson
from graphlog.cli.output import FINE, FOUND, print_json, print_table, shown, waiting

if TYPE_CHECKING:
    from graphlog.inspect.graph_node_details import NodeDetails
    from graphlog.inspect.graph_nodes import GraphNodes
    from graphlog.inspect.scope_tree import Scope


def graph(
    path: Annotated[str, typer.Argument(help="A GraphDef, MetaGraphDef, SavedModel, event file or folder.")],
    depth: Annotated[int, typer.Option(help="How many levels of scopes to show.", min=0)] = 1,
    scope: Annotated[str, typer.Option(help="Only what is in this scope.")] = "",
    node: Annotated[str, typer.Option(help="All of one node; with --up and --down its surroundings.")] = "",
    up: Annotated[int, typer.Option(help="With --node: so many edges towards its inputs.", min=0)] = 0,
    down: Annotated[int, typer.Option(help="With --node: so many edges to its consumers.", min=0)] = 0,
    find: Annotated[str, typer.Option(help="The nodes whose names a regular expression matches.")] = "",
    type: Annotated[str, typer.Option("--type", help="The nodes of an operation type.")] = "",
    route: Annotated[
        tuple[str, str] | None, typer.Option("--path", metavar="A B", help="A shortest path from A to B.")
    ] = None,
    gradient_of: Annotated[str, typer.Option(help="The nodes that compute the gradient of a node.")] = "",
    json: AsJson = False,
) -> int:
    """Show the scopes of a graph, or look for nodes in it.

    Exit status 1 says that no node was found.
    """
    from graphlog.inspect.graph_nodes import graph_nodes

    with waiting(f"reading {path}"):
        nodes = graph_nodes(path)
    if not len(nodes):
        raise ValueError(f"{path} holds no graph.")
    if node and not (up or down):
        return _show_node(nodes, node, json)
    if node:
        return _show_neighbours(nodes, node, up, down, json)
    if find or type:
        from graphlog.inspect.graph_search import find_nodes

        return _show_nodes(nodes, find_nodes(nodes, find, type), json)
    if route is not None:
        from graphlog.inspect.graph_search import shortest_path

        return _show_nodes(nodes, shortest_path(nodes, *route), json)
    if gradient_of:
        from graphlog.inspect.graph_gradients import gradient_nodes

        return _show_nodes(nodes, gradient_nodes(nodes, gradient_of), json)
    return _show_scopes(nodes, depth, scope, json)


# Scopes


def _show_scopes(nodes: GraphNodes, depth: int, within: str, json: bool) -> int:
    from graphlog.inspect.scope_tree import scope_tree

    scopes = scope_tree(nodes, depth, within)
    if json:
        print_json(scopes)
        return FINE
    has_parameters = any(item.parameter_count or item.unknown_parameters for item in scopes)
    head = ["scope", "type", "nodes", "parameters", "in memory", "in file", "outputs"]
    rows = [_scope_cells(item, scopes[0].depth) for item in scopes]
    if not has_parameters:
        head, rows = [*head[:3], *head[5:]], [[*row[:3], *row[5:]] for row in rows]
    print_table(
        head, rows, right=["nodes", "parameters", "in memory", "in file"], breaks=["scope", "outputs"]
    )
    return FINE


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
    texts = [shape_text(item.shape) for item in scope.outputs[:2] if item.is_shape_stated]
    hidden = scope.output_count - len(texts)
    return ", ".join([*texts, *([f"+{hidden}"] if hidden and texts else [])]) or "-"


def shape_text(shape: Sequence[int | None] | None) -> str:
    """A static shape: ``[?, 3]``, or ``?`` where not even the rank is known."""
    return "?" if shape is None else f"[{', '.join('?' if size is None else str(size) for size in shape)}]"


# Nodes


def _show_nodes(nodes: GraphNodes, positions: Sequence[int], json: bool) -> int:
    if json:
        print_json([_as_data(nodes, position) for position in positions])
    else:
        rows = [_node_cells(nodes, item) for item in positions]
        print_table(["node", "type", "output shapes"], rows, breaks=["node", "output shapes"])
        print(plural(len(positions), "node"))
    return FINE if positions else FOUND


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
    from graphlog.inspect.graph_search import neighbourhood

    found = neighbourhood(nodes, name, up, down)
    if json:
        print_json([{"distance": item.distance, **_as_data(nodes, item.position)} for item in found])
        return FINE
    rows: list[list[object]] = [
        [*_node_cells(nodes, item.position), f"{item.distance:+d}" if item.distance else "0"]
        for item in found
    ]
    print_table(["node", "type", "output shapes", "distance"], rows, right=["distance"])
    print(plural(len(found), "node"))
    return FINE


def _show_node(nodes: GraphNodes, name: str, json: bool) -> int:
    from graphlog.inspect.graph_node_details import node_details

    details = node_details(nodes, name)
    if json:
        print_json(details)
        return FINE
    print(f"{shown(details.name)}  {shown(details.type)}")
    rows: list[Sequence[object]] = [
        *_facts(details),
        *(["attribute", key, value] for key, value in details.attributes.items()),
    ]
    rows += [
        ["input", item.text, f"{item.dtype} {shape_text(item.shape)}".strip()] for item in details.inputs
    ]
    rows += [["control input", item, ""] for item in details.control_inputs]
    for output in details.outputs:
        rows.append(["output", output.name, f"{output.dtype} {shape_text(output.shape)}".strip()])
        rows += [["", "taken by", consumer] for consumer in output.consumers]
    rows += [["waited for by", item, ""] for item in details.control_consumers]
    rows += [["built at", line, ""] for line in details.source_lines]
    print_table(["what", "name", "value"], rows, breaks=["name", "value"])
    return FINE


def _facts(details: NodeDetails) -> list[list[object]]:
    facts: list[list[object]] = [["size", "in the file", bytes_text(details.stored_bytes)]]
    if details.device:
        facts.append(["device", details.device, ""])
    if details.parameters is not None:
        held = details.parameters
        facts.append(["parameters", count_text(held.count), bytes_text(held.bytes)])
    return facts
