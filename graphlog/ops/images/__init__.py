"""The operations of `tf.image`: pictures cropped, resized, recolored, compared, encoded and decoded."""
