"""Functions of matrices, and matrices of three diagonals."""
