"""The formats of a drawing: each is parsed back, and no name breaks out of it."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import graphlog as tf
from graphlog.inspect.drawing.formats import dot, mermaid
from graphlog.inspect.drawing.formats.svg import xml_text
from graphlog.proto.graph_pb2 import GraphDef
from tests.inspect.drawing.graphs import HOSTILE_NAMES, any_graphs, blog_graph, graph_def

SVG = "{http://www.w3.org/2000/svg}"
DOT_STRING = r'"(?:[^"\\]|\\.)*"'
DOT_ATTRIBUTES = rf"(?:\w+=(?:{DOT_STRING}|\w+)(?:, |; ?)?)*"
DOT_LINE = re.compile(
    rf"digraph {{|}}| +(?:rankdir=\w\w;|compound=true;|}}|subgraph cluster_\d+ {{|{DOT_ATTRIBUTES}"
    rf"|n\d+ \[{DOT_ATTRIBUTES}\];|n\d+ -> n\d+(?: \[{DOT_ATTRIBUTES}\])?;)"
)
MERMAID_STRING = r'"(?:[\w .,:()/+\-*=?×…→∂]|#\d+;|<br/>)+"'
MERMAID_LINE = re.compile(
    rf"flowchart \w\w| +(?:n\d+[(\[]{{1,2}}{MERMAID_STRING}[)\]]{{1,2}}|subgraph s\d+\[{MERMAID_STRING}\]|end"
    rf"|n\d+ (?:-->|-\.->)(?:\|{MERMAID_STRING}\|)? n\d+|classDef backward [\w:#,]+|class [n\d,]+ backward)"
)


@given(any_graphs(), st.sampled_from([None, 1, 3]))
@settings(max_examples=60, deadline=None)
def test_any_graph(graph: GraphDef, depth: int | None) -> None:
    drawing = tf.draw_graph(graph, depth=depth)
    check_svg(drawing)
    check_json(drawing)
    for line in drawing.dot().removesuffix("\n").split("\n"):
        assert DOT_LINE.fullmatch(line), line
    for line in drawing.mermaid().removesuffix("\n").split("\n"):
        assert MERMAID_LINE.fullmatch(line), line


def check_svg(drawing: tf.Drawing) -> None:
    root = ElementTree.fromstring(drawing.svg())
    allowed = {"svg", "title", "rect", "g", "path", "text", "ellipse", "circle"}
    assert {element.tag for element in root.iter()} <= {SVG + name for name in allowed}
    nodes = root.findall(f".//{SVG}g[@class='node']")
    scopes = root.findall(f".//{SVG}g[@class='scope']")
    assert len(nodes) + len(scopes) == len(drawing.graph.boxes) - 1


def check_json(drawing: tf.Drawing) -> None:
    document = json.loads(drawing.json())
    boxes, lines = drawing.graph.boxes, drawing.graph.lines
    assert [node["name"] for node in document["nodes"]] == [box.name for box in boxes[1:]]
    assert [(edge["source"], edge["target"]) for edge in document["edges"]] == [
        (line.source, line.target) for line in lines
    ]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_names_come_back_from_svg(name: str) -> None:
    root = ElementTree.fromstring(f"<text>{xml_text(name)}</text>")
    if all(character >= " " for character in name) and not re.search("[\ufffe\uffff]", name):
        assert (root.text or "") == name
    assert len(root) == 0


def test_dot_shows_a_name_as_it_is() -> None:
    assert dot.quoted('a"b\\n<&c\nd') == '"a\\"b\\\\n<&amp;c\\nd"'


def test_mermaid_shows_a_name_as_it_is() -> None:
    assert mermaid.escaped('a"b<c>#1;é') == "a#34;b#60;c#62;#35;1#59;é"


@pytest.mark.parametrize("ending", [".svg", ".png", ".dot", ".gv", ".mmd", ".mermaid", ".json"])
def test_save(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"graph{ending}"
    drawing = tf.draw_graph(blog_graph(), path, depth=1)
    content = path.read_bytes()
    assert content == drawing.save(tmp_path / f"again{ending}").read_bytes()
    assert content.startswith((b"<svg", b"\x89PNG", b"digraph", b"flowchart", b"{"))


def test_save_with_an_unknown_ending(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.jpg.*\.svg, \.png"):
        tf.draw_graph(blog_graph(), tmp_path / "graph.jpg")
    assert not list(tmp_path.iterdir())


def test_png_is_painted(tmp_path: Path) -> None:
    drawing = tf.draw_graph(blog_graph(), tmp_path / "graph.png", depth=1)
    with Image.open(tmp_path / "graph.png") as image:
        width = float(ElementTree.fromstring(drawing.svg()).get("width", "0"))
        assert image.width == round(2 * width)
        colors = image.convert("RGB").getcolors(1 << 20)
        assert colors is not None
        assert len(colors) > 20


@pytest.mark.parametrize("direction", ["up", "down", "left", "right"])
def test_directions(direction: str) -> None:
    drawing = tf.draw_graph(blog_graph(), direction=direction)  # type: ignore[arg-type]
    check_svg(drawing)
    letter = {"up": "BT", "down": "TB", "left": "RL", "right": "LR"}[direction]
    assert f"rankdir={letter}" in drawing.dot()
    assert drawing.mermaid().startswith(f"flowchart {letter}")


def test_an_unknown_direction() -> None:
    with pytest.raises(ValueError, match="up, down, left, right"):
        tf.draw_graph(blog_graph(), direction="north")  # type: ignore[arg-type]


def test_the_same_graph_is_drawn_the_same() -> None:
    assert tf.draw_graph(blog_graph()).svg() == tf.draw_graph(blog_graph()).svg()


def test_an_empty_graph() -> None:
    drawing = tf.draw_graph(GraphDef())
    assert repr(drawing) == "<Drawing of 0 operations: 0 boxes, 0 lines>"
    check_svg(drawing)


def test_what_a_collapsed_box_holds_is_written_on_it() -> None:
    assert ">7 operations</text>" in tf.draw_graph(blog_graph(), depth=1).svg()


def test_a_notebook_shows_a_graph() -> None:
    shown = blog_graph()._repr_svg_()
    assert shown is not None
    ElementTree.fromstring(shown)
    assert tf.Graph()._repr_svg_() is None


def test_a_graph_that_cannot_be_drawn_is_shown_as_text() -> None:
    with tf.Graph().as_default() as graph:
        operation = tf.constant(1.0).op
    operation.attributes = {"value": object()}
    assert graph._repr_svg_() is None


def test_a_scope_in_the_way_of_a_name() -> None:
    check_svg(tf.draw_graph(graph_def(("a", "Add"), ("a/", "Add"), ("/a", "Add"), ("//", "Add", "a", "/a"))))
