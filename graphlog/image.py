"""``tf.image``: images cropped, resized, recolored, compared, encoded and decoded."""

from __future__ import annotations

from graphlog.ops.images.bounding_boxes import draw_bounding_boxes, sample_distorted_bounding_box
from graphlog.ops.images.box_crops import crop_and_resize
from graphlog.ops.images.color_spaces import (
    grayscale_to_rgb,
    rgb_to_grayscale,
    rgb_to_yiq,
    rgb_to_yuv,
    yiq_to_rgb,
    yuv_to_rgb,
)
from graphlog.ops.images.colors import (
    adjust_brightness,
    adjust_contrast,
    adjust_gamma,
    adjust_hue,
    adjust_saturation,
    per_image_standardization,
    random_brightness,
    random_contrast,
    random_hue,
    random_saturation,
)
from graphlog.ops.images.combined_suppression import combined_non_max_suppression
from graphlog.ops.images.comparing import psnr, ssim, ssim_multiscale
from graphlog.ops.images.cropping import (
    central_crop,
    crop_to_bounding_box,
    pad_to_bounding_box,
    resize_image_with_crop_or_pad,
)
from graphlog.ops.images.cropping import resize_image_with_crop_or_pad as resize_with_crop_or_pad
from graphlog.ops.images.cubic_resizing import resize_area, resize_bicubic
from graphlog.ops.images.dtype_conversion import convert_image_dtype
from graphlog.ops.images.edges import image_gradients, sobel_edges, total_variation
from graphlog.ops.images.files import (
    adjust_jpeg_quality,
    decode_and_crop_jpeg,
    decode_bmp,
    decode_gif,
    decode_image,
    decode_jpeg,
    decode_png,
    encode_jpeg,
    encode_png,
    extract_jpeg_shape,
    is_jpeg,
    random_jpeg_quality,
)
from graphlog.ops.images.flipping import (
    flip_left_right,
    flip_up_down,
    random_flip_left_right,
    random_flip_up_down,
    rot90,
    transpose_image,
)
from graphlog.ops.images.flipping import transpose_image as transpose
from graphlog.ops.images.glimpses import extract_glimpse
from graphlog.ops.images.hue_saturation_value import hsv_to_rgb, rgb_to_hsv
from graphlog.ops.images.image_resizing import (
    ResizeMethod,
    resize_bilinear,
    resize_images,
    resize_nearest_neighbor,
)
from graphlog.ops.images.image_resizing import resize_images as resize
from graphlog.ops.images.non_max_suppression import (
    non_max_suppression,
    non_max_suppression_overlaps,
    non_max_suppression_padded,
    non_max_suppression_with_scores,
)
from graphlog.ops.images.padded_resizing import resize_image_with_pad
from graphlog.ops.images.patches import extract_image_patches, extract_patches
from graphlog.ops.random.random_functions import random_crop

__all__ = [
    "ResizeMethod",
    "adjust_brightness",
    "adjust_contrast",
    "adjust_gamma",
    "adjust_hue",
    "adjust_jpeg_quality",
    "adjust_saturation",
    "central_crop",
    "combined_non_max_suppression",
    "convert_image_dtype",
    "crop_and_resize",
    "crop_to_bounding_box",
    "decode_and_crop_jpeg",
    "decode_bmp",
    "decode_gif",
    "decode_image",
    "decode_jpeg",
    "decode_png",
    "draw_bounding_boxes",
    "encode_jpeg",
    "encode_png",
    "extract_glimpse",
    "extract_image_patches",
    "extract_jpeg_shape",
    "extract_patches",
    "flip_left_right",
    "flip_up_down",
    "grayscale_to_rgb",
    "hsv_to_rgb",
    "image_gradients",
    "is_jpeg",
    "non_max_suppression",
    "non_max_suppression_overlaps",
    "non_max_suppression_padded",
    "non_max_suppression_with_scores",
    "pad_to_bounding_box",
    "per_image_standardization",
    "psnr",
    "random_brightness",
    "random_contrast",
    "random_crop",
    "random_flip_left_right",
    "random_flip_up_down",
    "random_hue",
    "random_jpeg_quality",
    "random_saturation",
    "resize",
    "resize_area",
    "resize_bicubic",
    "resize_bilinear",
    "resize_image_with_crop_or_pad",
    "resize_image_with_pad",
    "resize_images",
    "resize_nearest_neighbor",
    "resize_with_crop_or_pad",
    "rgb_to_grayscale",
    "rgb_to_hsv",
    "rgb_to_yiq",
    "rgb_to_yuv",
    "rot90",
    "sample_distorted_bounding_box",
    "sobel_edges",
    "ssim",
    "ssim_multiscale",
    "total_variation",
    "transpose",
    "transpose_image",
    "yiq_to_rgb",
    "yuv_to_rgb",
]
