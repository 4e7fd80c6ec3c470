"""Square roots, logarithms and LU decompositions of matrices, and those of three diagonals."""


def program(tf, np):
    rng = np.random.RandomState(6)
    linalg = tf.linalg
    square = tf.placeholder(tf.float64, [2, 3, 3], name="square")
    loose = tf.placeholder(tf.float64, name="loose")
    complexes = tf.placeholder(tf.complex128, [2, 2], name="complexes")
    root = linalg.sqrtm(square)

    def parts(tensor):
        return [tf.real(tensor), tf.imag(tensor)]

    outs = [
        root,
        tf.gradients(root, square),
        tf.matrix_square_root(loose, name="root"),
        parts(linalg.logm(complexes)),
        list(linalg.lu(square)),
        linalg.lu(complexes, output_idx_type=tf.int64)[1],
        list(linalg.normalize(square, ord=1, axis=[-2, -1], name="columns")),
        linalg.l2_normalize(loose, axis=-1),
    ]
    compact = tf.placeholder(tf.float64, [2, 3, 4], name="compact")
    free = tf.placeholder(tf.float64, [None, 3, None], name="free")
    right = tf.placeholder(tf.float64, [2, 4, 2], name="right")
    free_right = tf.placeholder(tf.float64, [None, None, 2], name="free_right")
    vector = tf.placeholder(tf.float64, [2, 4], name="vector")
    whole = tf.placeholder(tf.float64, [2, 4, 4], name="whole")
    solved = linalg.tridiagonal_solve(compact, right)
    free_solved = linalg.tridiagonal_solve(free, free_right, partial_pivoting=False, name="free_solution")
    product = linalg.tridiagonal_matmul(compact, right)
    free_product = linalg.tridiagonal_matmul(tf.unstack(compact, axis=-2), free_right, "sequence")
    outs += [
        solved,
        linalg.tridiagonal_solve(compact, vector),
        linalg.tridiagonal_solve(
            (compact[:, 0, :-1], compact[:, 1], compact[:, 2, 1:]), vector, "sequence", conjugate_rhs=True
        ),
        linalg.tridiagonal_solve(whole, tf.transpose(right, [0, 2, 1]), "matrix", transpose_rhs=True),
        free_solved,
        product,
        free_product,
        tf.gradients(solved, [compact, right]),
        tf.gradients(free_solved, [free, free_right]),
        tf.gradients(free_product, free_right),
    ]
    definite = rng.randn(2, 3, 3)
    definite = np.matmul(definite, definite.transpose(0, 2, 1)) + np.eye(3)
    diagonals = rng.randn(2, 3, 4) + [[[0.0], [4.0], [0.0]]]
    matrices = np.array([np.diag(d[1]) + np.diag(d[0, :-1], 1) + np.diag(d[2, 1:], -1) for d in diagonals])
    rights = rng.randn(2, 4, 2)
    feed = {
        square: definite,
        loose: definite[1],
        complexes: rng.randn(2, 2) + 1j * rng.randn(2, 2),
        compact: diagonals,
        free: diagonals,
        right: rights,
        free_right: rights,
        vector: rights[:, :, 0],
        whole: matrices,
    }
    return [(outs, feed)]
