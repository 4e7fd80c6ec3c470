"""diff_graphs of networks with other names, widths and layers, in which one node is tied to all others."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import given, settings
from hypothesis import strategies as st

import graphlog as tf
from graphlog.inspect.differences.graph import GraphDiff, diff_graphs

UNTIMED = settings(deadline=None, max_examples=40)

Block = tuple[str, tuple[tuple[str, str, int], ...]]


@dataclass(frozen=True)
class Network:
    """What a network is built of: layers of some kind and width, in blocks, in one scope."""

    scope: str
    blocks: tuple[Block, ...]
    width: int = 5
    has_gradients: bool = False

    def build(self) -> tf.Graph:
        with tf.Graph().as_default() as graph:
            with tf.variable_scope(self.scope):
                hidden = tf.placeholder(tf.float32, [None, self.width], name="x")
                for block, layers in self.blocks:
                    with tf.variable_scope(block):
                        for name, kind, width in layers:
                            with tf.variable_scope(name):
                                hidden = layer(hidden, kind, width)
                loss = tf.reduce_mean(tf.square(hidden), name="loss")
            if self.has_gradients:
                tf.gradients(loss, tf.trainable_variables())
            tf.global_variables_initializer()
            tf.train.Saver()
            tf.group(*graph.get_operations(), name="all")
        return graph

    def kernels(self) -> list[str]:
        """The names of the kernels, in the order of the layers."""
        return [f"{self.scope}/{block}/{name}/kernel" for block, layers in self.blocks for name, *_ in layers]

    def rename(self, scope: str, block: str, name: str) -> Network:
        """The network with other names, in the same order."""
        blocks: list[Block] = [
            (
                f"{block}_{number}",
                tuple((f"{name}_{index}", kind, width) for index, (_, kind, width) in enumerate(layers)),
            )
            for number, (_, layers) in enumerate(self.blocks)
        ]
        return replace(self, scope=scope, blocks=tuple(blocks))

    def widen(self, factor: int) -> Network:
        """The network with all layers wider, and more inputs."""
        blocks = [
            (block, tuple((name, kind, width * factor) for name, kind, width in layers))
            for block, layers in self.blocks
        ]
        return replace(self, blocks=tuple(blocks), width=self.width + 2)

    def insert(self, block: int, place: int, kind: str) -> Network:
        """The network with a layer more."""
        name, layers = self.blocks[block]
        layers = (*layers[:place], ("extra", kind, 16), *layers[place:])
        return replace(self, blocks=(*self.blocks[:block], (name, layers), *self.blocks[block + 1 :]))


def layer(x: tf.Tensor, kind: str, width: int) -> tf.Tensor:
    size = int(x.shape[-1])
    y = tf.matmul(x, tf.get_variable("kernel", [size, size if kind == "skip" else width]))
    if kind != "bare":
        y = y + tf.get_variable("bias", [int(y.shape[-1])], initializer=tf.zeros_initializer())
    if kind == "norm":
        y = y * tf.rsqrt(tf.reduce_mean(tf.square(y), 1, keepdims=True) + 1e-3)
    return x + tf.tanh(y) if kind == "skip" else tf.nn.relu(y)


KINDS = st.sampled_from(["dense", "bare", "norm", "skip"])


@st.composite
def networks(draw: st.DrawFn) -> Network:
    words = draw(st.permutations(["stem", "body", "head", "tail", "mid", "first", "last", "side", "up"]))
    blocks, count = [], 0
    for number in range(draw(st.integers(1, 3))):
        layers: list[tuple[str, str, int]] = []
        for _ in range(draw(st.integers(1, 3))):
            layers.append((words[count], draw(KINDS), draw(st.sampled_from([4, 8, 16]))))
            count += 1
        blocks.append((f"block{number}", tuple(layers)))
    return Network("net", tuple(blocks), has_gradients=draw(st.booleans()))


def new_name(diff: GraphDiff, name: str) -> str:
    """What became of a name: the innermost scope that was renamed says it."""
    for node in diff.renamed:
        if node.old == name:
            return node.new
    for scope in sorted(diff.renamed_scopes, key=lambda item: -len(item.old)):
        if name.startswith(f"{scope.old}/"):
            return scope.new + name.removeprefix(scope.old)
    return name


@UNTIMED
@given(networks(), st.sampled_from(["net", "model", "outer/model"]), st.integers(1, 3))
def test_other_names_and_widths_are_no_other_nodes(network: Network, scope: str, factor: int) -> None:
    other = network.rename(scope, "stage", "part").widen(factor)
    diff = diff_graphs(network.build(), other.build())
    assert (diff.removed, diff.added) == ((), ())
    for kernel, new_kernel in zip(network.kernels(), other.kernels(), strict=True):
        assert new_name(diff, kernel) == new_kernel


@UNTIMED
@given(networks(), st.integers(1, 2), st.data())
def test_a_layer_more_is_no_more_than_that(network: Network, factor: int, data: st.DataObject) -> None:
    network = replace(network, has_gradients=False)
    block = data.draw(st.integers(0, len(network.blocks) - 1))
    place = data.draw(st.integers(0, len(network.blocks[block][1])))
    other = network.rename("model", "stage", "part").widen(factor).insert(block, place, data.draw(KINDS))
    old, new = network.build(), other.build()
    more = len(new.get_operations()) - len(old.get_operations())
    diff = diff_graphs(old, new)
    assert (len(diff.removed), len(diff.added)) == (0, more)
    diff = diff_graphs(new, old)
    assert (len(diff.removed), len(diff.added)) == (more, 0)
