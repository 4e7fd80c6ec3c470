from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from google.protobuf import text_format
from PIL import Image
from tensorboard.plugins.custom_scalar.layout_pb2 import Layout
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData
from tensorboard.plugins.projector.projector_config_pb2 import ProjectorConfig

import graphlog as gl
from tests.event_files import read_graph
from tests.writers.summary_reading import accumulated, runs, values

RANDOM = np.random.default_rng(1)


def hparams_of(folder: Path) -> dict[str, Any]:
    """What each run of a folder says of its hyperparameters."""
    found = {}
    for run in runs(folder):
        contents = accumulated(folder / run).summary_metadata
        if "_hparams_/session_start_info" in contents:
            content = contents["_hparams_/session_start_info"].plugin_data.content
            hparams = HParamsPluginData.FromString(content).session_start_info.hparams
            found[run] = {name: text_format.MessageToString(hparams[name]).strip() for name in hparams}
    return found


def test_hyperparameters_are_of_the_run_itself(tmp_path: Path, writer: gl.SummaryWriter) -> None:
    for step in range(3):
        writer.add_scalar("accuracy", step / 4, step)
    writer.add_hparams(
        {"rate": np.float32(0.5), "layers": [8, 8], "norm": True, "off": None}, {"accuracy": 0.9}
    )
    writer.close()
    assert runs(tmp_path) == {"."}
    assert hparams_of(tmp_path) == {
        ".": {"rate": "number_value: 0.5", "layers": 'string_value: "[8, 8]"', "norm": "bool_value: true"}
    }
    # At the curve's last step: at an earlier one, TensorBoard's fast reader would drop the curve.
    assert [point.step for point in accumulated(tmp_path).Scalars("accuracy")] == [0, 1, 2, 2]


def test_other_hyperparameters_are_of_another_run(tmp_path: Path, writer: gl.SummaryWriter) -> None:
    for rate in (0.1, 0.1, 0.2, 0.3):
        writer.add_hparams({"rate": rate}, {"loss": rate})
    writer.add_hparams({"rate": 0.4}, {"loss": 1.0}, run_name="named")
    writer.add_hparams({"rate": 0.5}, {"loss": 1.0}, name="by tensorboardX")
    writer.add_hparams({"rate": 0.6}, {"loss": 1.0}, "third of tensorboardX")
    writer.close()
    assert {run: content["rate"] for run, content in hparams_of(tmp_path).items()} == {
        ".": "number_value: 0.1",
        "hparams_2": "number_value: 0.2",
        "hparams_3": "number_value: 0.3",
        "named": "number_value: 0.4",
        "by tensorboardX": "number_value: 0.5",
        "third of tensorboardX": "number_value: 0.6",
    }


def test_a_hyperparameter_may_have_a_domain(tmp_path: Path, writer: gl.SummaryWriter) -> None:
    writer.add_hparams({"rate": 0.1}, {"loss": 1.0}, {"rate": [0.1, 0.2]})
    writer.close()
    content = accumulated(tmp_path).summary_metadata["_hparams_/experiment"].plugin_data.content
    (info,) = HParamsPluginData.FromString(content).experiment.hparam_infos
    assert [value.number_value for value in info.domain_discrete.values] == [0.1, 0.2]
    for wrong in ({"rate": [1, "a"]}, {"other": [1]}, {"rate": 0.1}):
        with pytest.raises(TypeError, match="hparam_domain_discrete"):
            writer.add_hparams({"rate": 0.1}, {"loss": 1.0}, wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="are dictionaries"):
        writer.add_hparams([1], {})  # type: ignore[arg-type]


def test_charts_stand_beside_those_before(tmp_path: Path, writer: gl.SummaryWriter) -> None:
    writer.add_custom_scalars_multilinechart(["a", "b"], title="one")
    writer.add_custom_scalars_marginchart(["v", "l", "u"], title="two")
    writer.add_custom_scalars({"default": {"one": ["Multiline", ["c"]]}, "more": {}})
    for tags in (["a"], ["a", "b", "c", "d"]):
        with pytest.raises(ValueError, match="three tags"):
            writer.add_custom_scalars_marginchart(tags)
    with pytest.raises(ValueError, match="'Multiline' or 'Margin'"):
        writer.add_custom_scalars({"a": {"b": ["Pie", ["c"]]}})
    writer.close()
    layout = Layout.FromString(values(tmp_path)[-1].tensor.string_val[0])
    assert [category.title for category in layout.category] == ["default", "more"]
    assert [chart.title for chart in layout.category[0].chart] == ["one", "two"]
    assert list(layout.category[0].chart[0].multiline.tag) == ["c"]


def test_a_mesh_has_a_value_for_each_array(tmp_path: Path, writer: gl.SummaryWriter) -> None:
    vertices = RANDOM.random((1, 5, 3))
    writer.add_mesh("m", vertices, global_step=1)
    writer.add_mesh("n", vertices, colors=np.zeros((1, 5, 3)), faces=np.zeros((1, 2, 3), int))
    with pytest.raises(ValueError, match="VERTEX has the shape"):
        writer.add_mesh("m", np.zeros((5, 3)))
    writer.close()
    assert [value.tag for value in values(tmp_path)] == ["m_VERTEX", "n_VERTEX", "n_FACE", "n_COLOR"]


def test_a_curve_leaves_out_what_is_no_probability(tmp_path: Path, writer: gl.SummaryWriter) -> None:
    writer.add_pr_curve("p", [1, 0, 1, 1], [0.5, 0.2, 1.5, np.nan], num_thresholds=3)
    with pytest.raises(ValueError, match="labels have the shape"):
        writer.add_pr_curve("p", [1], [0.5, 0.5])
    writer.close()
    (value,) = values(tmp_path)
    assert value.tensor.float_val[:3] == [1.0, 1.0, 0.0]


# Embeddings and graphs


def picture_size(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size


def configuration(folder: Path) -> ProjectorConfig:
    return text_format.Parse((folder / "projector_config.pbtxt").read_text(), ProjectorConfig())


def test_an_embedding_is_files_and_their_names(tmp_path: Path, writer: gl.SummaryWriter) -> None:
    vectors = np.array([[1.0, 2.5], [3.0, -4.0], [0.0, 1.0]], np.float32)
    images = RANDOM.random((3, 3, 4, 4))
    writer.add_embedding(vectors, ["a", "b\tc", "d"], images, global_step=2, tag="layer/1")
    writer.add_embedding(vectors, [[1, 2], [3, 4], [5, 6]], metadata_header=["x", "y"])
    folder = tmp_path / "00002" / "layer%2f1"
    assert (folder / "tensors.tsv").read_text() == "1.0\t2.5\n3.0\t-4.0\n0.0\t1.0\n"
    assert (folder / "metadata.tsv").read_text() == "a\nb c\nd\n"
    assert picture_size(folder / "sprite.png") == (8, 8)
    assert (tmp_path / "00000/default/metadata.tsv").read_text() == "x\ty\n1\t2\n3\t4\n5\t6\n"
    first, second = configuration(tmp_path).embeddings
    assert (first.tensor_name, first.sprite.single_image_dim) == ("layer/1:00002", [4, 4])
    assert (second.tensor_name, second.metadata_path) == ("default:00000", "00000/default/metadata.tsv")


def test_an_embedding_stays_when_another_writer_adds_one(tmp_path: Path) -> None:
    for tag in ("a", "b", "a"):
        with gl.SummaryWriter(tmp_path) as writer:
            writer.add_embedding(np.zeros((2, 3)), tag=tag)
    assert [info.tensor_name for info in configuration(tmp_path).embeddings] == ["b:00000", "a:00000"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"mat": np.zeros(3)}, "mat has the shape"),
        ({"mat": np.zeros((2, 3)), "metadata": ["a"]}, "1 labels, but 2 points"),
        ({"mat": np.zeros((2, 3)), "metadata": [["a"], ["b"]], "metadata_header": ["x", "y"]}, "2 labels"),
        ({"mat": np.zeros((2, 3)), "label_img": np.zeros((1, 3, 4, 4))}, "label_img has the shape"),
        ({"mat": np.zeros((2, 3)), "label_img": np.zeros((2, 3, 4, 5))}, "must be square"),
        (
            {"mat": np.zeros((2, 3)), "label_img": np.zeros((2, 3, 5000, 5000), np.uint8)},
            "than TensorBoard shows",
        ),
    ],
)
def test_what_is_no_embedding_is_an_error(
    writer: gl.SummaryWriter, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        writer.add_embedding(**arguments)


def test_a_graph_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with gl.Graph().as_default() as graph:
        gl.add(gl.placeholder(gl.float32, name="x"), 1.0, name="y")
    (tmp_path / "graph.pb").write_bytes(graph.as_graph_def().SerializeToString())
    for number, given in enumerate((graph, graph.as_graph_def(), tmp_path / "graph.pb")):
        with gl.SummaryWriter(tmp_path / str(number)) as writer:
            writer.add_graph(given, verbose=True)
        assert {"x", "y"} <= {node.name for node in read_graph(tmp_path / str(number)).node}
        assert 'name: "y"' in capsys.readouterr().out


def test_what_is_no_graph_is_an_error(writer: gl.SummaryWriter) -> None:
    with pytest.raises(TypeError, match=r"add_graph takes a graphlog Graph, .*, not builtins\.int"):
        writer.add_graph(3)
    with pytest.raises(NotImplementedError, match="does not read OpenVINO"):
        writer.add_openvino_graph("model.xml")
