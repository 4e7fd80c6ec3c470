"""Files of users: local files with TensorFlow's errors, record files, files of summaries."""
