"""The version of TensorFlow whose graphs these are."""

TENSORFLOW_VERSION = "1.15.5"
TENSORFLOW_GIT_VERSION = "v1.15.4-39-g3db52be"
