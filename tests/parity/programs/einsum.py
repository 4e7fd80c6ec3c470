"""einsum, with shapes that are known and that are not, and gradients."""


def program(tf, np):
    a = tf.placeholder(tf.float32, [2, 3, 4], name="a")
    b = tf.placeholder(tf.float32, [4, 3, 5], name="b")
    m = tf.placeholder(tf.float32, [3, 4], name="m")
    square = tf.placeholder(tf.float32, [3, 3], name="square")
    loose = tf.placeholder(tf.float32, [None, 3, None], name="loose")
    v = tf.placeholder(tf.float32, [4], name="v")
    results = [
        tf.einsum("ij,jk->ik", square, m),
        tf.einsum("ij,jk", square, m),
        tf.einsum("i,i->", v, v, name="dot"),
        tf.einsum("i,j->ij", v, m[:, 0]),
        tf.einsum("ijk->kij", a),
        tf.einsum("ii", square),
        tf.einsum("ijk->j", a),
        tf.einsum("aij,ajk->aik", a, tf.transpose(a, [0, 2, 1])),
        tf.einsum("ijk,kjl->il", a, b),
        tf.einsum("abc,cbd->ad", loose, b),
        tf.einsum("abc,abd->acd", loose, loose),
        tf.einsum("...ij,...jk->...ik", a, tf.transpose(a, [0, 2, 1])),
        tf.einsum("...k,k->...", a, v),
        tf.einsum("ij,jk,k->i", square, m, v),
        tf.einsum("ij,ij->ij", square, square),
        tf.einsum("i,i,i->", v, v, v),
        tf.einsum("ij,jk,j->ik", square, m, square[0]),
    ]
    grads = [
        tf.gradients(tf.square(results[8]), [a, b]),
        tf.gradients(tf.square(results[9]), [loose, b]),
        tf.gradients(tf.square(results[14]), square),
    ]
    rng = np.random.RandomState(14)
    shapes = [(a, (2, 3, 4)), (b, (4, 3, 5)), (m, (3, 4)), (square, (3, 3)), (loose, (2, 3, 4)), (v, (4,))]
    feed = {x: rng.randn(*shape) for x, shape in shapes}
    return [((results, grads), feed)]
