"""SavedModels: a graph with signatures, and the values of its variables, in a folder.

``saved_model.pb`` is TensorFlow's file; ``variables/variables.npz`` has the values, as checkpoints do.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from typing import Any

from google.protobuf import text_format
from google.protobuf.message import DecodeError

from graphlog.core.default_graph import get_default_graph
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.names import in_scope
from graphlog.ops.checkpoints.atomic_files import replaced
from graphlog.ops.control_flow import grouping
from graphlog.ops.state.variable_collections import (
    global_variables,
    global_variables_initializer,
    local_variables_initializer,
    tables_initializer,
)
from graphlog.proto.meta_graph_pb2 import AssetFileDef, MetaGraphDef, SavedModel, SignatureDef
from graphlog.train import meta_graphs
from graphlog.train.checkpoint_files import checkpoint_exists
from graphlog.train.saver import Saver
from graphlog.train.signatures import (
    DEFAULT_SERVING_SIGNATURE_DEF_KEY,
    build_tensor_info,
    predict_signature_def,
)

SAVED_MODEL_SCHEMA_VERSION = 1
SAVED_MODEL_FILENAME_PB = "saved_model.pb"
SAVED_MODEL_FILENAME_PBTXT = "saved_model.pbtxt"
VARIABLES_DIRECTORY = "variables"
VARIABLES_FILENAME = "variables"
ASSETS_DIRECTORY = "assets"
ASSETS_KEY = "saved_model_assets"
MAIN_OP_KEY = "saved_model_main_op"
LEGACY_INIT_OP_KEY = "legacy_init_op"
SERVING, TRAINING, GPU, TPU = "serve", "train", "gpu", "tpu"


class SavedModelBuilder:
    """Writes a SavedModel (``tf.saved_model.Builder``).

    Args:
        export_dir: the folder, which must be new or empty.

    Raises:
        AssertionError: it has something in it.
    """

    def __init__(self, export_dir: str) -> None:
        self._folder = os.fspath(export_dir)
        self._saved_model = SavedModel(saved_model_schema_version=SAVED_MODEL_SCHEMA_VERSION)
        self._has_variables = False
        if os.path.isdir(self._folder) and os.listdir(self._folder):
            raise AssertionError(
                "Export directory already exists, and isn't empty. Please choose a different export "
                f"directory, or delete all the contents of the specified directory: {self._folder}"
            )
        os.makedirs(self._folder, exist_ok=True)

    def add_meta_graph_and_variables(
        self,
        sess: Any,
        tags: Sequence[str],
        signature_def_map: Mapping[str, SignatureDef] | None = None,
        assets_collection: Any = None,
        legacy_init_op: Any = None,
        clear_devices: bool = False,
        main_op: Any = None,
        strip_default_attrs: bool = False,
        saver: Saver | None = None,
    ) -> None:
        """Adds the session's graph, and writes the values of its variables.

        Args:
            sess: the Session.
            tags: what the graph is for, such as ``tf.saved_model.SERVING``.
            signature_def_map: signatures by name.
            assets_collection: tensors of the names of files that belong to it, which are copied.
            legacy_init_op: run when it is loaded; the older name of ``main_op``.
            clear_devices: whether the devices of operations are left out.
            main_op: run when it is loaded.
            strip_default_attrs: whether attributes that have their default are left out.
            saver: the Saver; one of all variables if None.

        Raises:
            AssertionError: this was done before.
            TypeError: an init operation is no Operation.
        """
        if self._has_variables:
            raise AssertionError(
                "Graph state including variables and assets has already been saved. Please invoke "
                "`add_meta_graph()` instead."
            )
        with sess.graph.as_default():
            saver = self._prepare(main_op, legacy_init_op, saver)
            path = os.path.join(self._folder, VARIABLES_DIRECTORY, VARIABLES_FILENAME)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            saver.save(sess, path, write_meta_graph=False, write_state=False)
            self._add(saver, tags, signature_def_map, assets_collection, clear_devices, strip_default_attrs)
        self._has_variables = True

    def add_meta_graph(
        self,
        tags: Sequence[str],
        signature_def_map: Mapping[str, SignatureDef] | None = None,
        assets_collection: Any = None,
        legacy_init_op: Any = None,
        clear_devices: bool = False,
        main_op: Any = None,
        strip_default_attrs: bool = False,
        saver: Saver | None = None,
    ) -> None:
        """Adds the default graph, with the variables that were written before; the arguments are as above.

        Raises:
            AssertionError: none were written.
        """
        if not self._has_variables:
            raise AssertionError(
                "Graph state including variables and assets has not been saved yet. Please invoke "
                "`add_meta_graph_and_variables()` first."
            )
        saver = self._prepare(main_op, legacy_init_op, saver)
        self._add(saver, tags, signature_def_map, assets_collection, clear_devices, strip_default_attrs)

    def _prepare(self, main_op: Any, legacy_init_op: Any, saver: Saver | None) -> Saver:
        graph = get_default_graph()
        if main_op is not None and legacy_init_op is not None:
            raise ValueError("Only one of main_op and legacy_init_op may be given.")
        for key, operation in ((MAIN_OP_KEY, main_op), (LEGACY_INIT_OP_KEY, legacy_init_op)):
            if operation is not None:
                operation = graph.as_graph_element(operation, allow_tensor=False)
                if graph.get_collection(key):
                    raise ValueError(
                        f"Graph already contains one or more init ops under the collection {key}."
                    )
                graph.add_to_collection(key, operation)
        return saver or Saver(
            global_variables() + graph.get_collection(GraphKeys.SAVEABLE_OBJECTS),
            sharded=True,
            allow_empty=True,
        )

    def _add(
        self,
        saver: Saver,
        tags: Sequence[str],
        signatures: Mapping[str, SignatureDef] | None,
        assets: Any,
        clear_devices: bool,
        strip_default_attrs: bool,
    ) -> None:
        meta_graph = self._saved_model.meta_graphs.add()
        meta_graph.CopyFrom(
            saver.export_meta_graph(clear_devices=clear_devices, strip_default_attrs=strip_default_attrs)
        )
        meta_graph.meta_info_def.tags.extend(tags)
        for key, signature in (signatures or {}).items():
            meta_graph.signature_def[key].CopyFrom(signature)
        for tensor in assets or ():
            self._add_asset(meta_graph, tensor)

    def _add_asset(self, meta_graph: MetaGraphDef, tensor: Any) -> None:
        from graphlog.ops.static_values import constant_value

        path = constant_value(tensor).item().decode()
        folder = os.path.join(self._folder, ASSETS_DIRECTORY)
        os.makedirs(folder, exist_ok=True)
        shutil.copyfile(path, os.path.join(folder, os.path.basename(path)))
        asset = AssetFileDef(filename=os.path.basename(path))
        asset.tensor_info.name = tensor.name
        meta_graph.asset_file_def.append(asset)

    def save(self, as_text: bool = False) -> bytes:
        """Writes the file of the graphs.

        Args:
            as_text: whether it is protobuf's text format, or its binary one.

        Returns:
            The file's path.
        """
        name = SAVED_MODEL_FILENAME_PBTXT if as_text else SAVED_MODEL_FILENAME_PB
        path = os.path.join(self._folder, name)
        content = str(self._saved_model).encode() if as_text else self._saved_model.SerializeToString()
        with replaced(path) as file:
            file.write(content)
        return path.encode()


def simple_save(
    session: Any,
    export_dir: str,
    inputs: Mapping[str, Any],
    outputs: Mapping[str, Any],
    legacy_init_op: Any = None,
) -> None:
    """Writes a SavedModel with one signature, for predictions.

    Args:
        session: the Session.
        export_dir: the folder, which must be new or empty.
        inputs: tensors by what they are called.
        outputs: likewise.
        legacy_init_op: run when it is loaded.

    Source: ``tf.saved_model.simple_save``.
    """
    signatures = {DEFAULT_SERVING_SIGNATURE_DEF_KEY: predict_signature_def(inputs, outputs)}
    builder = SavedModelBuilder(export_dir)
    with session.graph.as_default():
        assets = get_default_graph().get_collection(GraphKeys.ASSET_FILEPATHS)
    builder.add_meta_graph_and_variables(
        session,
        tags=[SERVING],
        signature_def_map=signatures,
        assets_collection=assets,
        main_op=legacy_init_op,
        clear_devices=True,
    )
    builder.save()


def contains_saved_model(export_dir: str) -> bool:
    """Whether a folder has a SavedModel in it (``tf.saved_model.contains_saved_model``)."""
    return any(
        os.path.isfile(os.path.join(export_dir, name))
        for name in (SAVED_MODEL_FILENAME_PB, SAVED_MODEL_FILENAME_PBTXT)
    )


def read_saved_model(export_dir: str) -> SavedModel:
    """The SavedModel protobuf in a folder.

    Raises:
        OSError: there is none, or it is damaged.
    """
    saved_model = SavedModel()
    for name in (SAVED_MODEL_FILENAME_PB, SAVED_MODEL_FILENAME_PBTXT):
        path = os.path.join(export_dir, name)
        if not os.path.isfile(path):
            continue
        with open(path, "rb") as file:
            content = file.read()
        try:
            if name == SAVED_MODEL_FILENAME_PB:
                saved_model.ParseFromString(content)
            else:
                text_format.Parse(content.decode(), saved_model)
        except (DecodeError, text_format.ParseError, UnicodeDecodeError, RecursionError) as error:
            raise OSError(f"Cannot parse file {path}: {error}.") from None
        return saved_model
    names = f"{{{SAVED_MODEL_FILENAME_PBTXT}|{SAVED_MODEL_FILENAME_PB}}}"
    raise OSError(f"SavedModel file does not exist at: {export_dir}/{names}")


def load(
    sess: Any, tags: Sequence[str], export_dir: str, import_scope: str | None = None, **saver_kwargs: Any
) -> MetaGraphDef:
    """Adds the graph of a SavedModel to the session's graph, and gives its variables their values.

    Args:
        sess: the Session.
        tags: the tags of the graph, all of them.
        export_dir: the folder of the SavedModel.
        import_scope: the scope of the operations; none if None.
        **saver_kwargs: accepted for TensorFlow's sake.

    Returns:
        The MetaGraphDef, with the signatures.

    Raises:
        OSError: there is no SavedModel.
        RuntimeError: it has no graph of these tags.
        ValueError: its variables are not in graphlog's format.

    Source: ``tf.saved_model.load`` of TensorFlow 1.
    """
    saved_model = read_saved_model(export_dir)
    wanted = set(tags)
    found = [item for item in saved_model.meta_graphs if set(item.meta_info_def.tags) == wanted]
    if not found:
        raise RuntimeError(
            f"MetaGraphDef associated with tags {', '.join(map(repr, sorted(wanted)))} could not be found in "
            f"SavedModel. It has graphs of the tags "
            f"{[list(item.meta_info_def.tags) for item in saved_model.meta_graphs]}."
        )
    meta_graph = found[0]
    with sess.graph.as_default():
        scope = sess.graph.unique_name(import_scope, mark_as_used=False) if import_scope else ""
        saver = meta_graphs.import_meta_graph(meta_graph, import_scope=import_scope)
        path = os.path.join(export_dir, VARIABLES_DIRECTORY, VARIABLES_FILENAME)
        if saver is not None and saver.saver_def is not None and saver.saver_def.save_tensor_name:
            if not checkpoint_exists(path):
                raise ValueError(
                    f"{path}.npz does not exist: graphlog reads the variables of a SavedModel that graphlog "
                    "wrote. `graphlog.load_graph` gives the graph of any."
                )
            saver.restore(sess, path)
        _initialize(sess, meta_graph, export_dir, scope)
    return meta_graph


def _initialize(sess: Any, meta_graph: MetaGraphDef, export_dir: str, scope: str) -> None:
    """Runs what is to be run when a SavedModel is loaded, with its files in their new place."""
    feeds = {
        in_scope(asset.tensor_info.name, scope): os.path.join(export_dir, ASSETS_DIRECTORY, asset.filename)
        for asset in meta_graph.asset_file_def
    }
    for key in (MAIN_OP_KEY, LEGACY_INIT_OP_KEY):
        names = meta_graph.collection_def[key].node_list.value if key in meta_graph.collection_def else []
        if names:
            sess.run(in_scope(names[0], scope), feeds)
            return


def main_op() -> Any:
    """An operation that initializes variables and tables, for a graph whose values are not saved."""
    return grouping.group(global_variables_initializer(), local_variables_initializer(), tables_initializer())


def main_op_with_restore(restore_op_name: str) -> Any:
    """An operation that initializes local variables and tables after a restore operation of some name."""
    with get_default_graph().control_dependencies([main_op()]):
        restored = get_default_graph().get_operation_by_name(restore_op_name)
    return grouping.group(restored)


__all__ = ["SavedModelBuilder", "build_tensor_info", "load", "simple_save"]
