"""Numbers rounded to few levels, and their gradients."""


def program(tf, np):
    rng = np.random.RandomState(1)
    quantization = tf.quantization
    x = tf.placeholder(tf.float32, [2, 3], name="x")
    free = tf.placeholder(tf.float32, [None, 3], name="free")
    least = tf.placeholder(tf.float32, (), name="least")
    greatest = tf.placeholder(tf.float32, (), name="greatest")
    leasts = tf.placeholder(tf.float32, [3], name="leasts")
    fixed = quantization.fake_quant_with_min_max_args(x, min=-1.0, max=2.0, num_bits=3, narrow_range=True)
    ranged = tf.fake_quant_with_min_max_vars(x, least, greatest, num_bits=5)
    channels = quantization.fake_quant_with_min_max_vars_per_channel(
        free, leasts, leasts + 3.0, 4, name="each"
    )
    trip = quantization.quantize_and_dequantize(free, least, greatest, num_bits=4, range_given=True)
    quantized = tf.quantize_v2(x, least, greatest, tf.quint8)
    outs = [
        tf.fake_quant_with_min_max_args(x),
        fixed,
        ranged,
        channels,
        trip,
        quantization.quantize_and_dequantize(x, 0.0, 0.0, signed_input=False, round_mode="HALF_UP"),
        quantization.fake_quant_with_min_max_args_gradient(x, x, num_bits=6),
        list(quantization.fake_quant_with_min_max_vars_gradient(x, x, least, greatest)),
        list(quantized[1:]),
        tf.dequantize(*quantized),
        quantization.dequantize(
            *quantization.quantize(free, least, greatest, tf.qint8, "SCALED"), mode="SCALED"
        ),
        tf.gradients(fixed, x),
        tf.gradients(ranged * x, [x, least, greatest]),
        tf.gradients(channels, [free, leasts]),
        tf.gradients(trip, free),
    ]
    feed = {
        x: 3 * rng.randn(2, 3),
        free: 3 * rng.randn(2, 3),
        least: -3.3,
        greatest: 2.1,
        leasts: [-1.0, -2.5, 0.0],
    }
    return [(outs, feed)]
