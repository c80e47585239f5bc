"""Multinomial logistic regression by Newton's method, to the last digit."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from worker_core.sentiment.linear import Floats, softmax

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_NEWTON_STEPS = 60
_GRADIENT = 1e-9


def solve(
    matrix: "csr_matrix",
    target: Floats,
    prior: Floats,
    strength: float,
    tell: Callable[[float], None],
) -> Floats:
    """Weights of least cross-entropy with a penalty on their distance to ``prior``.

    Newton's method with conjugate gradients; the step is halved until the loss falls.
    """
    transposed = matrix.T.tocsr()
    penalty = np.full((matrix.shape[1], 1), 1.0 / strength)
    penalty[0] = 1e-6
    weights = prior.copy()

    def loss(at: Floats) -> float:
        logits = matrix @ at
        high = logits.max(axis=1)
        total = np.log(np.exp(logits - high[:, None]).sum(axis=1)) + high
        fit = float(total.sum() - (logits * target).sum())
        return fit + float((penalty * (at - prior) ** 2).sum()) / 2

    value = loss(weights)
    for number in range(_NEWTON_STEPS):
        # Some eight steps are taken as a rule.
        tell(0.3 + 0.7 * (1 - 0.8**number))
        shares = softmax(matrix @ weights)
        gradient = transposed @ (shares - target) + penalty * (weights - prior)
        size = float(np.abs(gradient).max())
        if size < _GRADIENT:
            break
        step = _newton_step(matrix, transposed, shares, penalty, gradient)
        scale = 1.0
        while scale > 1e-4 and (tried := loss(weights - scale * step)) > value + 1e-9:
            scale /= 2
        weights = weights - scale * step
        value = tried
    return weights


def _newton_step(
    matrix: "csr_matrix", transposed: "csr_matrix", shares: Floats, penalty: Floats, aim: Floats
) -> Floats:
    """Solves Hessian · step = ``aim`` by conjugate gradients, preconditioned by the penalty."""
    curvature = (shares * (1 - shares)).max(axis=1)
    diagonal = penalty + (transposed.power(2) @ curvature)[:, None]
    step = np.zeros_like(aim)
    rest = aim.copy()
    scaled = rest / diagonal
    direction = scaled.copy()
    product = float((rest * scaled).sum())
    enough = product * 1e-12
    for _ in range(400):
        through = matrix @ direction
        mixed = shares * (through - (shares * through).sum(axis=1, keepdims=True))
        curved = transposed @ mixed + penalty * direction
        length = product / float((direction * curved).sum())
        step += length * direction
        rest -= length * curved
        scaled = rest / diagonal
        following = float((rest * scaled).sum())
        if following < enough:
            break
        direction = scaled + (following / product) * direction
        product = following
    return step
