"""Everything that TensorBoard shows: a classifier of points learns, and each dashboard gets something of it.

    python examples/everything.py
    tensorboard --logdir logs

The classifier tells points inside a circle from points outside it. Where Pillow is there, images get boxes
and films; where matplotlib is there, figures.
"""

import contextlib
from typing import Any

import numpy as np

import graphlog as gl

STEPS = 30
RATES = (0.5, 0.1, 0.02)
random = np.random.default_rng(0)

Array = np.ndarray[Any, Any]


def points(number: int) -> tuple[Array, Array]:
    """Random points of a square, and whether they are in the circle."""
    places = random.uniform(-1, 1, (number, 2)).astype(np.float32)
    return places, (np.hypot(*places.T) < 0.7).astype(np.float32)[:, None]


def build() -> Any:
    """The graph: a network of one hidden layer, its loss and the gradients."""
    gl.reset_default_graph()
    gl.set_random_seed(1)
    x = gl.placeholder(gl.float32, [None, 2], name="x")
    label = gl.placeholder(gl.float32, [None, 1], name="label")
    rate = gl.placeholder(gl.float32, [], name="rate")
    with gl.variable_scope("hidden"):
        weights = gl.get_variable("weights", [2, 16])
        hidden = gl.nn.tanh(gl.matmul(x, weights) + gl.get_variable("bias", [16]), name="activation")
    with gl.variable_scope("output"):
        logit = gl.matmul(hidden, gl.get_variable("weights", [16, 1])) + gl.get_variable("bias", [1])
        sure = gl.sigmoid(logit, name="sure")
    with gl.name_scope("loss"):
        loss = gl.reduce_mean(gl.nn.sigmoid_cross_entropy_with_logits(labels=label, logits=logit))
    optimizer = gl.train.AdamOptimizer(rate)
    grads_and_vars = optimizer.compute_gradients(loss)
    return x, label, rate, hidden, sure, loss, grads_and_vars, optimizer.apply_gradients(grads_and_vars)


def train(writer: gl.SummaryWriter, learning_rate: float, trial: int) -> Array:
    """Learns for some steps, and logs each of them."""
    x, label, rate, hidden, sure, loss, grads_and_vars, update = build()
    places, labels = points(256)
    others, other_labels = points(256)
    grid = np.stack(np.meshgrid(np.linspace(-1, 1, 64), np.linspace(-1, 1, 64)), -1).reshape(-1, 2)
    films = []
    with gl.Session() as session:
        session.run(gl.global_variables_initializer())
        for step in range(STEPS):
            feeds = {x: places, label: labels, rate: learning_rate}
            names = [variable.op.name for _, variable in grads_and_vars]
            fetches = [loss, [grad for grad, _ in grads_and_vars], [var for _, var in grads_and_vars], update]
            options = gl.RunOptions(trace_level=gl.RunOptions.FULL_TRACE)
            trace = gl.RunMetadata()
            now, grads, weights, _ = session.run(fetches, feeds, options, trace)
            other, found = session.run([loss, sure], {x: others, label: other_labels})
            accuracy = np.mean((found > 0.5) == other_labels)
            if trial == 0:
                # SCALARS
                writer.add_scalar("loss/train", now, step)
                writer.add_scalar("loss/test", other, step)
                writer.add_scalar("accuracy/mean", accuracy, step)
                writer.add_scalar("accuracy/low", accuracy - 0.05, step)
                writer.add_scalar("accuracy/high", accuracy + 0.05, step)
                writer.add_scalars("both", {"train": now, "test": other}, step)
                # SCALARS, HISTOGRAMS and DISTRIBUTIONS
                writer.add_gradients(
                    dict(zip(names, grads, strict=True)),
                    step,
                    weights=dict(zip(names, weights, strict=True)),
                    histogram_every=5,
                    learning_rate=learning_rate,
                )
                writer.add_histogram("hidden/activation", session.run(hidden, {x: others}), step)
                if step == STEPS - 1:
                    # GRAPHS
                    writer.add_graph(session.graph)
                    writer.file_writer.add_run_metadata(trace, "a step of training", step)
            picture = session.run(sure, {x: grid}).reshape(64, 64)
            films.append(picture)
            if trial == 0 and step % 10 == 9:
                show(writer, step, picture, others, other_labels, found)
    # HPARAMS
    writer.add_hparams(
        {"rate": learning_rate, "units": 16, "optimizer": "Adam"},
        {"hparams/accuracy": accuracy, "hparams/loss": other},
        run_name=f"rate_{learning_rate}",
    )
    return np.array(films)


def show(
    writer: gl.SummaryWriter, step: int, picture: Array, places: Array, labels: Array, found: Array
) -> None:
    """What is more than a number."""
    # IMAGES
    writer.add_image("where it is sure", picture, step, dataformats="HW")
    colors = np.stack([picture, 1 - picture, np.full_like(picture, 0.3)])
    writer.add_images("in colors", np.stack([np.roll(colors, 16 * turn, 2) for turn in range(3)]), step)
    with contextlib.suppress(ImportError):
        writer.add_image_with_boxes("circle", colors, [[10, 10, 54, 54]], step, rescale=4, labels=["inside"])
    with contextlib.suppress(ImportError):
        from matplotlib.figure import Figure

        figure = Figure(figsize=(4, 3))
        figure.add_subplot().scatter(places[:, 0], places[:, 1], c=found[:, 0])
        writer.add_figure("points", figure, step)
    # PR CURVES
    writer.add_pr_curve("inside", labels, found, step)
    # TEXT
    table = f"| step | accuracy |\n|---|---|\n| {step} | {np.mean((found > 0.5) == labels):.3f} |"
    writer.add_text("notes", f"## After step {step}\n\n*Inside* or **outside**?\n\n{table}", step)
    # PROJECTOR
    images = np.zeros((len(places), 3, 8, 8), np.uint8)
    images[:, 0] = (255 * found).astype(np.uint8)[..., None]
    images[:, 2] = 255 - images[:, 0]
    rows = [[int(label), f"{value:.2f}"] for label, value in zip(labels[:, 0], found[:, 0], strict=True)]
    vectors = np.concatenate([places, found], 1)
    writer.add_embedding(vectors, rows, images, step, "points", ["inside", "sure"])


def sphere() -> tuple[Array, Array, Array]:
    """The points, colors and triangles of a sphere."""
    turns, heights = np.meshgrid(np.linspace(0, 2 * np.pi, 24), np.linspace(0, np.pi, 13))
    circles = np.sin(heights)
    places = np.stack([circles * np.cos(turns), circles * np.sin(turns), np.cos(heights)], -1).reshape(-1, 3)
    first = (np.arange(12)[:, None] * 24 + np.arange(23)).ravel()
    triangles = np.concatenate(
        [np.stack([first, first + 1, first + 24], 1), np.stack([first + 1, first + 25, first + 24], 1)]
    )
    return places[None], ((places + 1) * 127).astype(int)[None], triangles[None]


with gl.SummaryWriter("logs/everything") as writer:
    # CUSTOM SCALARS
    writer.add_custom_scalars_multilinechart(["loss/train", "loss/test"], "training", "both losses")
    writer.add_custom_scalars_marginchart(
        ["accuracy/mean", "accuracy/low", "accuracy/high"], "training", "accuracy and a margin"
    )
    films = [train(writer, rate, trial) for trial, rate in enumerate(RATES)]
    with contextlib.suppress(ImportError):
        # Films stand under IMAGES, too.
        writer.add_video("three rates", np.stack(films)[:, :, None], STEPS, fps=8)
    # AUDIO
    seconds = np.arange(22050) / 22050
    for number, tone in enumerate((220, 330, 440)):
        writer.add_audio("tone", 0.5 * np.sin(2 * np.pi * tone * seconds), number, sample_rate=22050)
    # MESH
    vertices, colors, faces = sphere()
    camera = {"camera": {"cls": "PerspectiveCamera", "fov": 75}}
    writer.add_mesh("sphere", vertices, colors, faces, camera, 0)

print("Everything is in logs/everything. To see it: tensorboard --logdir logs")
