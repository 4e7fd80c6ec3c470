"""Write the golden files of one library, in all kinds that it knows.

python tests/readers/make_golden.py tensorflow1     (Python 3.7, tensorflow 1.15.5)
python tests/readers/make_golden.py tensorflow2     (tensorflow 2.x)
python tests/readers/make_golden.py torch           (torch, tensorboard, Pillow)
python tests/readers/make_golden.py tensorboardX    (tensorboardX, Pillow)
python tests/readers/make_golden.py clu             (clu, flax, jax, tensorflow 2.x)
python tests/readers/make_golden.py flax            (likewise)
"""

import os
import shutil
import sys
import tempfile

import golden_values as values
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))


def tensorflow1(folder):
    import tensorflow as tf
    from tensorboard.plugins.custom_scalar import layout_pb2
    from tensorboard.plugins.custom_scalar import summary as layout_summary
    from tensorboard.plugins.histogram import summary as new_histogram
    from tensorboard.plugins.pr_curve import summary as pr_summary
    from tensorboard.plugins.scalar import summary as new_scalar

    session = tf.Session()
    number = tf.placeholder(tf.float32, [], name="number")
    with tf.summary.FileWriter(folder, session.graph) as writer:
        merged = tf.summary.merge([tf.summary.scalar("loss", number), new_scalar.op("new/loss", number)])
        for step, value in values.SCALARS:
            writer.add_summary(session.run(merged, {number: value}), step)
        others = [
            tf.summary.histogram("weights", values.NUMBERS),
            new_histogram.op("new/weights", values.NUMBERS, bucket_count=4),
            tf.summary.image("picture", tf.constant(values.IMAGE[None])),
            tf.summary.audio("sound", values.SOUND[None], values.RATE),
            tf.summary.text("note", tf.constant(values.TEXT)),
            tf.summary.text("table", tf.constant(values.TABLE)),
            tf.summary.tensor_summary("tensor", values.TENSOR),
            pr_summary.op("pr", values.LABELS, values.PREDICTIONS, num_thresholds=values.THRESHOLDS),
        ]
        for step in values.STEPS:
            writer.add_summary(session.run(tf.summary.merge(others)), step)
        chart = layout_pb2.Chart(title="losses", multiline=layout_pb2.MultilineChartContent(tag=["loss"]))
        layout = layout_pb2.Layout(category=[layout_pb2.Category(title="all", chart=[chart])])
        writer.add_summary(layout_summary.pb(layout))
        metadata = tf.RunMetadata()
        session.run(number + 1, {number: 2.0}, tf.RunOptions(trace_level=3), metadata)
        writer.add_run_metadata(metadata, "step 5", 5)
        small = tf.Graph()
        with small.as_default():
            tf.constant(1.0, name="one")
            meta_graph = tf.train.export_meta_graph()
        writer.add_graph(small, 5)
        meta_graph.meta_info_def.stripped_op_list.Clear()  # the largest part, and of no interest
        writer.add_meta_graph(meta_graph, 5)
        writer.add_session_log(tf.SessionLog(status=tf.SessionLog.START), 6)


def tensorflow2(folder):
    import tensorflow as tf
    from tensorboard.plugins.hparams import api
    from tensorboard.plugins.mesh import summary_v2 as mesh

    writer = tf.summary.create_file_writer(folder)
    with writer.as_default():
        for step, value in values.SCALARS:
            tf.summary.scalar("loss", value, step)
        for step in values.STEPS:
            tf.summary.histogram("weights", values.NUMBERS, step, buckets=4)
            tf.summary.image("picture", np.stack([values.IMAGE, 255 - values.IMAGE]), step)
            tf.summary.audio("sound", values.SOUND[None, :, None], values.RATE, step)
            tf.summary.text("note", values.TEXT, step)
            tf.summary.text("table", values.TABLE, step)
            tf.summary.write("tensor", values.TENSOR, step)
            mesh.mesh("mesh", values.VERTICES, faces=values.FACES, step=step)
        api.hparams(values.HPARAMS)

        @tf.function
        def double(number):
            return number * 2.0

        tf.summary.trace_on(graph=True, profiler=False)
        double(tf.constant(1.0))
        tf.summary.trace_export("double", step=3)
        tf.summary.graph(double.get_concrete_function(tf.constant(1.0)).graph.as_graph_def())
    writer.close()


def torch_like(writer, sound):
    for step, value in values.SCALARS:
        writer.add_scalar("loss", value, step)
    for step in values.STEPS:
        writer.add_histogram("weights", values.NUMBERS, step, bins="auto")
        writer.add_image("picture", values.IMAGE, step, dataformats="HWC")
        writer.add_audio("sound", sound, step, sample_rate=values.RATE)
        writer.add_text("note", values.TEXT, step)
        writer.add_pr_curve("pr", values.LABELS, values.PREDICTIONS, step, num_thresholds=values.THRESHOLDS)
        writer.add_mesh("mesh", values.VERTICES, faces=values.FACES, global_step=step)
    writer.add_custom_scalars({"all": {"losses": ["Multiline", ["loss"]]}})


def torch(folder):
    import torch
    from torch.utils.tensorboard import SummaryWriter
    from torch.utils.tensorboard.summary import hparams

    with SummaryWriter(folder) as writer:
        add_mesh = writer.add_mesh

        def add_mesh_of_arrays(tag, vertices, faces, global_step):
            add_mesh(tag, torch.as_tensor(vertices), None, torch.as_tensor(faces), global_step=global_step)

        writer.add_mesh = add_mesh_of_arrays
        torch_like(writer, values.SOUND[None])
        writer.add_scalar("new/loss", 0.5, 3, new_style=True)
        writer.add_tensor("tensor", torch.as_tensor(values.TENSOR), 4)
        writer.add_graph(torch.nn.Linear(2, 1), torch.zeros(1, 2))
        for part in hparams(values.HPARAMS, {"loss": 0.0}):
            writer.file_writer.add_summary(part)


def tensorboardX(folder):  # noqa: N802  the library's name
    from tensorboardX import SummaryWriter
    from tensorboardX.summary import hparams

    with SummaryWriter(folder) as writer:
        torch_like(writer, values.SOUND[:, None])
        for part in hparams(values.HPARAMS, {"loss": 0.0}):
            writer.file_writer.add_summary(part)


def clu(folder):
    from clu import metric_writers

    writer = metric_writers.SummaryWriter(folder)
    for step, value in values.SCALARS:
        writer.write_scalars(step, {"loss": value})
    for step in values.STEPS:
        writer.write_histograms(step, {"weights": values.NUMBERS}, {"weights": 4})
        writer.write_images(step, {"picture": values.IMAGE[None]})
        writer.write_audios(step, {"sound": values.SOUND[None, :, None]}, sample_rate=values.RATE)
        writer.write_texts(step, {"note": values.TEXT})
        writer.write_summaries(step, {"tensor": values.TENSOR})
    writer.write_hparams(values.HPARAMS)
    writer.flush()
    writer.close()


def flax(folder):
    from flax.metrics.tensorboard import SummaryWriter

    writer = SummaryWriter(folder)
    for step, value in values.SCALARS:
        writer.scalar("loss", value, step)
    for step in values.STEPS:
        writer.histogram("weights", values.NUMBERS, step, bins=4)
        writer.image("picture", values.IMAGE, step)
        writer.audio("sound", values.SOUND[None, :, None], step, sample_rate=values.RATE)
        writer.text("note", values.TEXT, step)
        writer.write("tensor", values.TENSOR, step)
    writer.hparams(values.HPARAMS)
    writer.flush()
    writer.close()


def main():
    name = sys.argv[1]
    target = os.path.join(HERE, "golden", name)
    shutil.rmtree(target, ignore_errors=True)
    os.makedirs(target)
    with tempfile.TemporaryDirectory() as folder:
        globals()[name](folder)
        paths = [
            os.path.join(root, file)
            for root, _, files in os.walk(folder)
            for file in sorted(files)
            if "tfevents" in file and not file.endswith(".profile-empty")
        ]
        for number, path in enumerate(sorted(paths)):
            new_name = f"events.out.tfevents.{number:010d}.golden"
            shutil.copy(path, os.path.join(target, new_name))
            print(name, new_name, os.path.getsize(path))


if __name__ == "__main__":
    main()
