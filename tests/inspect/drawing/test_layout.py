"""Where boxes and lines lie: nested, apart, and connected."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphlog.inspect.drawing.boxes import DrawnGraph
from graphlog.inspect.drawing.drawn_graph import drawn_graph
from graphlog.inspect.drawing.layout.layout import Layout, Rectangle, lay_out
from graphlog.inspect.drawing.layout.placing import placing_of, sizes_for
from graphlog.proto.graph_pb2 import GraphDef
from tests.inspect.drawing.graphs import any_graphs, blog_graph, loop_graph, parity_graph

NEAR = 0.01


def check(graph: DrawnGraph, layout: Layout) -> None:
    for box in graph.boxes:
        if box.parent >= 0:
            assert is_inside(layout.places[box.number], layout.places[box.parent]), box
        children = [layout.places[child] for child in box.children]
        for first, second in itertools.combinations(children, 2):
            assert not overlap(first, second), (box, first, second)
    check_lines(graph, layout)


def is_inside(inner: Rectangle, outer: Rectangle) -> bool:
    return (
        inner.x > outer.x - NEAR
        and inner.y > outer.y - NEAR
        and inner.x + inner.width < outer.x + outer.width + NEAR
        and inner.y + inner.height < outer.y + outer.height + NEAR
    )


def overlap(first: Rectangle, second: Rectangle) -> bool:
    return (
        min(first.x + first.width, second.x + second.width) - max(first.x, second.x) > NEAR
        and min(first.y + first.height, second.y + second.height) - max(first.y, second.y) > NEAR
    )


def check_lines(graph: DrawnGraph, layout: Layout) -> None:
    """Each line can be followed along curves from its source to its target."""
    for line in graph.shown_lines():
        if line.source == line.target:
            continue
        curves = [curve.points for curve in layout.curves if line in curve.segment.lines]
        reached = [curve[-1] for curve in curves if touches(layout.places[line.source], curve[0])]
        assert reached, line
        for _ in curves:
            reached += [curve[-1] for curve in curves if any(near(curve[0], point) for point in reached)]
        assert any(touches(layout.places[line.target], point) for point in reached), line


def near(first: tuple[float, float], second: tuple[float, float]) -> bool:
    return abs(first[0] - second[0]) < NEAR and abs(first[1] - second[1]) < NEAR


def touches(place: Rectangle, point: tuple[float, float]) -> bool:
    x, y = point
    return (
        place.x - NEAR <= x <= place.x + place.width + NEAR
        and place.y - NEAR <= y <= place.y + place.height + NEAR
    )


@given(any_graphs(), st.sampled_from(["up", "right"]), st.sampled_from([None, 1, 2, 9]), st.booleans())
@settings(max_examples=60, deadline=None)
def test_any_graph(graph: GraphDef, direction: str, depth: int | None, aside: bool) -> None:
    drawn = drawn_graph(graph, depth, aside=aside)
    check(drawn, lay_out(drawn, sizes_for(direction)))  # type: ignore[arg-type]


@pytest.mark.parametrize("depth", [None, 1, 2, 3])
@pytest.mark.parametrize("name", ["blog", "loop", "convolutional_layers", "conv2d"])
def test_real_graphs(name: str, depth: int | None) -> None:
    made = {"blog": blog_graph, "loop": loop_graph}.get(name)
    drawn = drawn_graph(made() if made else parity_graph(name), depth)
    check(drawn, lay_out(drawn, sizes_for("up")))


def test_edges_lead_up_as_in_tensorboard() -> None:
    drawn = drawn_graph(blog_graph(), 1)
    layout = lay_out(drawn, sizes_for("up"))
    placing = placing_of(layout, "up")
    places = {box.name: placing.rectangle(layout.places[box.number]) for box in drawn.boxes}
    for lower, higher in (("a", "u"), ("b", "u"), ("d", "t"), ("t", "v"), ("u", "e"), ("v", "e")):
        assert places[lower].y > places[higher].y + places[higher].height


def test_a_cycle_turns_one_line_only() -> None:
    drawn = drawn_graph(loop_graph())
    layout = lay_out(drawn, sizes_for("up"))
    turned = {
        drawn.boxes[line.source].type
        for curve in layout.curves
        if curve.segment.is_turned
        for line in curve.segment.lines
    }
    assert turned
    assert "Enter" not in turned


def test_a_scope_that_passes_thousands_of_lines_through_its_layers() -> None:
    chain = GraphDef()
    for number in range(150):
        node = chain.node.add(name=f"n{number}", op=f"Type{number}")
        node.input.extend(
            f"n{source}" for source in (number - 1, number // 2, number // 3) if source >= 0 < number
        )
    drawn = drawn_graph(chain, 1)
    check(drawn, lay_out(drawn, sizes_for("up")))
