"""The GRAPHS tab of TensorBoard's page: what it has built, what it draws, and a hand to click with."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The page nests shadow roots; `find` walks through them. `graph` is the element that holds the graph,
# `scene` the one that draws it.
FIND_GRAPH = """
const find = (...selectors) =>
    selectors.reduce((root, selector) => (root.shadowRoot || root).querySelector(selector), document);
const dashboard = find('tf-graph-dashboard');
const graph = find('tf-graph-dashboard', '#graphboard', '#graph');
const scene = find('tf-graph-dashboard', '#graphboard', '#graph', '#scene');
"""

# Zooming and expanding are animated: wait until the drawing has kept still for some frames.
WAIT_UNTIL_STILL = """
return new Promise(resolve => {
    let last = '', still = 0;
    const look = () => {
        const box = scene.$.root.getBoundingClientRect();
        const now = [box.x, box.y, box.width, box.height].join();
        still = now === last ? still + 1 : 0;
        last = now;
        still === 12 ? resolve() : requestAnimationFrame(look);
    };
    look();
})
"""

# Beyond it a small graph looks clumsy, and the page covers a part of it with a map of the whole.
LARGEST_FACTOR = 1.8

# What the wheel has to turn for the page to show everything at twice the size.
WHEEL_OF_A_DOUBLING = 500


@dataclass(frozen=True, order=True)
class Edge:
    """An edge of the page's graph before it is drawn: every one, within every scope."""

    source: str
    target: str
    output: str
    is_control: bool


@dataclass(frozen=True)
class BasicGraph:
    """The graph as the page has understood it, whatever is expanded."""

    nodes: set[str]
    edges: list[Edge]


@dataclass(frozen=True)
class Drawing:
    """What is on the screen: nodes, small annotations at nodes, and the label of each edge."""

    nodes: set[str]
    annotations: set[str]
    edges: dict[tuple[str, str], str]


class GraphDashboard:
    """The GRAPHS tab in a browser page.

    Args:
        page: The page to use.
        url: The server's address.
    """

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        page.goto(url + "#graphs")
        self._wait_until_drawn()

    def choose_run(self, run: str) -> None:
        """Pick a run from the list, as a user does, and wait until its graph is drawn.

        An address that ends in `#graphs&run=...` only names the run: TensorBoard 2.21 draws the first
        one all the same.
        """
        if self._evaluate("return dashboard._selection.run") == run:
            return
        self._evaluate("window.renderedBefore = graph.renderHierarchy")
        self.page.locator("tf-graph-controls .run-dropdown").first.click()
        self.page.locator("tf-graph-controls paper-item").get_by_text(run, exact=True).click()
        self.page.wait_for_function(
            f"() => {{ {FIND_GRAPH} return graph.renderHierarchy !== window.renderedBefore }}"
        )
        self._wait_until_drawn()

    def choose_tag(self, tag: str) -> None:
        """Pick a traced step from the list of tags, and wait until its times and memory are there."""
        self.page.locator("tf-graph-controls .tags-row .run-dropdown").click()
        self.page.locator("tf-graph-controls .tags-row paper-item").get_by_text(tag, exact=True).click()
        self.page.wait_for_function(
            f"() => {{ {FIND_GRAPH} return dashboard._selection.tag === {tag!r} && graph.devicesForStats }}"
        )
        self._wait_until_drawn()

    def colour_by(self, what: str) -> None:
        """Choose what colours the nodes, such as "compute-time" or "memory"."""
        before = self._colours()
        self.page.locator(f"tf-graph-controls #{what}-radio-button").click()
        # The colours change little by little.
        last = before
        for _ in range(50):
            self.page.wait_for_timeout(200)
            now = self._colours()
            if now == last != before:
                return
            last = now
        raise TimeoutError(f"The nodes did not get the colours of {what}.")

    def colour(self, name: str) -> tuple[int, int, int]:
        """Return the colour of a node that is drawn: red, green and blue, up to 255."""
        target = self.page.locator(f'g.node[data-name="{name}"] > g.nodeshape .nodecolortarget').first
        colour = target.evaluate("element => getComputedStyle(element).fill")
        red, green, blue = map(int, colour.removeprefix("rgb(").removesuffix(")").split(","))
        return red, green, blue

    def _colours(self) -> list[str]:
        colours: list[str] = self.page.locator("g.nodeshape .nodecolortarget").evaluate_all(
            "elements => elements.map(element => getComputedStyle(element).fill)"
        )
        return colours

    def node_info(self, name: str) -> str:
        """Select a node, and return what the card in the upper right corner says of it."""
        self.select(name)
        card = self.page.locator("tf-node-info").filter(has_text=name)
        card.wait_for()
        self._wait_until_still()
        # The words stand in shadow roots, which only locators look into.
        words: list[str] = card.locator("*").evaluate_all(
            "elements => elements.filter(element => element.checkVisibility()).flatMap(element =>"
            " [...element.childNodes].filter(node => node.nodeType === Node.TEXT_NODE)"
            ".map(node => node.textContent.trim()))"
        )
        return "\n".join(filter(None, words))

    def node_stats(self) -> dict[str, tuple[float, float]]:
        """Return the microseconds and the bytes of each node that ran, groups included."""
        found = self._evaluate(
            "return Object.values(graph.graphHierarchy.getNodeMap()).filter(node => node.stats)"
            ".map(node => [node.name, node.stats.getTotalMicros(), node.stats.totalBytes])"
        )
        return {name: (micros, size) for name, micros, size in found}

    def basic_graph(self) -> BasicGraph:
        """Return the graph that the page has built from the GraphDef."""
        nodes, edges = self._evaluate("return [Object.keys(graph.basicGraph.nodes), graph.basicGraph.edges]")
        return BasicGraph(
            nodes=set(nodes),
            edges=sorted(
                Edge(edge["v"], edge["w"], edge["outputTensorKey"], edge["isControlDependency"])
                for edge in edges
            ),
        )

    def drawing(self) -> Drawing:
        """Return what is drawn now.

        A name with `~~` is the page's own, of a point where an edge passes through the border of a scope;
        those are left out of the nodes, and of the edges where they hold only the layout in place.
        """
        nodes = self._attribute_of_all("g.node", "data-name")
        labels = self.page.locator("g.edge").evaluate_all(
            "edges => edges.map(edge => [edge.getAttribute('data-edge'), edge.textContent.trim()])"
        )
        edges = {}
        for name, label in labels:
            source, target = name.split("--")
            if "STRUCTURAL" not in name:
                edges[source, target] = label
        return Drawing(
            nodes={name for name in nodes if "~~" not in name},
            annotations=set(self._attribute_of_all("g.annotation", "data-name")),
            edges=edges,
        )

    def toggle(self, scope: str) -> None:
        """Open a scope that is closed, or close it, by a double click as a user does."""
        node = self.page.locator(f'g.node[data-name="{scope}"] > g.nodeshape').first
        node.dblclick(position={"x": 12, "y": 8})
        self._wait_until_still()

    def select(self, name: str | None) -> None:
        """Select a node, as a click on it does, or none."""
        self._evaluate(f"graph.set('selectedNode', {json.dumps(name)})")

    def expand_all(self) -> None:
        """Open every scope, as clicks on the nodes within do in the page's search."""
        scopes = {name.rpartition("/")[0]: name for name in sorted(self.basic_graph().nodes) if "/" in name}
        for name in scopes.values():
            self._evaluate(f"graph.set('selectedNode', '{name}'); graph.set('selectedNode', null)")
            self.page.locator(f'g.node[data-name="{name}"]').wait_for()
        self._wait_until_still()

    def fit(self) -> None:
        """Zoom so that the whole graph is on the screen."""
        self.page.locator("tf-graph-controls").get_by_text("Fit to screen").click()
        self._wait_until_still()

    def screenshot(self, path: Path) -> None:
        """Save a picture of the page with the graph in its middle, as large as is good to see.

        The page's own "Fit to screen" leaves a small graph small, in the upper left corner; the rest is
        done by mouse.
        """
        self.fit()
        canvas, graph = self._evaluate(
            "return [scene.$.svg, scene.$.root].map(e => e.getBoundingClientRect())"
        )
        right, down = (
            canvas[start] + canvas[size] / 2 - graph[start] - graph[size] / 2
            for start, size in (("x", "width"), ("y", "height"))
        )
        self._drag(canvas, right, down)
        factor = min(LARGEST_FACTOR, *(0.85 * canvas[size] / graph[size] for size in ("width", "height")))
        self.page.mouse.move(canvas["x"] + canvas["width"] / 2, canvas["y"] + canvas["height"] / 2)
        self.page.mouse.wheel(0, -WHEEL_OF_A_DOUBLING * math.log2(factor))
        self._wait_until_still()
        self.page.screenshot(path=path)

    def _drag(self, canvas: dict[str, float], right: float, down: float) -> None:
        """Move the drawing, with a grip on the canvas near its lower left corner, where nothing is drawn."""
        x = canvas["x"] + 10 + max(-right, 0)
        y = canvas["y"] + canvas["height"] - 10 - max(down, 0)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + right, y + down, steps=4)
        self.page.mouse.up()
        self._wait_until_still()

    def _wait_until_drawn(self) -> None:
        self.page.locator("tf-graph-board .container.loading").wait_for(state="detached")
        self.page.locator("g.node").first.wait_for()
        self._wait_until_still()

    def _wait_until_still(self) -> None:
        self._evaluate(WAIT_UNTIL_STILL)

    def _attribute_of_all(self, selector: str, attribute: str) -> list[str]:
        names: list[str] = self.page.locator(selector).evaluate_all(
            "(elements, attribute) => elements.map(element => element.getAttribute(attribute))", attribute
        )
        return names

    def _evaluate(self, code: str) -> Any:
        return self.page.evaluate(f"() => {{ {FIND_GRAPH} {code} }}")
