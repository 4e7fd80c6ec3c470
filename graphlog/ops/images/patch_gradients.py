"""The gradient of ExtractImagePatches: a product with a sparse matrix."""

from __future__ import annotations

from typing import Any

from graphlog.core import dtypes
from graphlog.core.operation import Operation
from graphlog.core.sparse_tensor import SparseTensor
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, axes, filling, joining, ranges, shape_queries
from graphlog.ops.sparse.concatenation import sparse_slice
from graphlog.ops.sparse.products import sparse_tensor_dense_matmul


def image_patches_gradient(op: Operation, grad: Tensor) -> Any:
    """The gradient of the images, from that of their patches.

    The pixels are numbered from 1 and laid out as patches, where 0 is what stands outside of the image. So
    each element of a patch knows its pixel, and a matrix of ones adds up what arrives at each pixel.
    """
    sizes: Any = shape_queries.shape(op.inputs[0], out_type=dtypes.int64)
    batch, rows, columns, channels = (sizes[axis] for axis in range(4))
    pixel_count = 1 + rows * columns
    pixels = ranges.range(1, pixel_count, dtype=dtypes.int64)
    options = {name: op.attributes[name] for name in ("ksizes", "strides", "rates", "padding")}
    assert op.definition is not None
    pixels = op.definition(arrays.reshape(pixels, (1, rows, columns, 1)), **options)
    result_sizes: Any = shape_queries.shape(op.outputs[0], out_type=dtypes.int64)
    new_rows, new_columns = result_sizes[1], result_sizes[2]
    _, height, width, _ = options["ksizes"]
    element_count = new_rows * new_columns * height * width
    elements = ranges.range(element_count, dtype=dtypes.int64)
    elements = arrays.reshape(elements, (1, new_rows, new_columns, height * width))
    pairs = joining.concat([axes.expand_dims(pixels, axis=-1), axes.expand_dims(elements, axis=-1)], axis=-1)
    indices = arrays.reshape(pairs, (-1, 2))
    ones = filling.ones([element_count], dtype=grad.dtype)
    matrix = SparseTensor(indices, ones, (pixel_count, element_count))
    matrix = sparse_slice(matrix, (1, 0), (pixel_count - 1, element_count))
    apart = arrays.reshape(grad, (batch, new_rows, new_columns, height, width, channels))
    flat = arrays.reshape(arrays.transpose(apart, (1, 2, 3, 4, 0, 5)), (-1, batch * channels))
    product = sparse_tensor_dense_matmul(matrix, flat)
    return arrays.transpose(arrays.reshape(product, (rows, columns, batch, channels)), (2, 0, 1, 3))
