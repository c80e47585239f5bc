from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pytest

from worker_core.forecasting.crps import crps_of_ensemble, crps_of_quantiles

NORMAL = NormalDist()


def members_of_normal(count: int) -> npt.NDArray[np.float64]:
    return np.array([NORMAL.inv_cdf((n + 0.5) / count) for n in range(count)])


def of_normal(y: float, mean: float = 0.0, sigma: float = 1.0) -> float:
    """The closed form of Gneiting & Raftery (2007), equation 21."""
    z = (y - mean) / sigma
    return float(sigma * (z * (2 * NORMAL.cdf(z) - 1) + 2 * NORMAL.pdf(z) - 1 / np.sqrt(np.pi)))


@pytest.mark.parametrize("came", [-2.5, 0.0, 0.7, 4.0])
def test_an_ensemble_of_a_normal_scores_as_the_normal(came: float) -> None:
    members = members_of_normal(20_000)
    score = crps_of_ensemble(np.array([came]), members[None])[0]
    assert score == pytest.approx(of_normal(came), abs=2e-4)


@pytest.mark.parametrize("came", [-2.5, 0.0, 0.7, 4.0])
def test_quantiles_of_a_normal_score_as_the_normal(came: float) -> None:
    shares = (np.arange(500) + 0.5) / 500
    score = crps_of_quantiles(np.array([came]), members_of_normal(500)[None], shares)[0]
    assert score == pytest.approx(of_normal(came), abs=5e-3)


def test_the_score_is_the_integral_of_its_definition() -> None:
    members, came = np.array([1.0, 2.0, 4.0]), 2.5
    grid = np.linspace(-1, 6, 70_001)
    below = np.searchsorted(members, grid, side="right") / 3
    integral = np.trapezoid((below - (grid >= came)) ** 2, grid)
    score = crps_of_ensemble(np.array([came]), members[None], fair=False)[0]
    assert score == pytest.approx(integral, abs=1e-3)


def test_the_fair_score_does_not_depend_on_the_size_of_the_ensemble() -> None:
    generator = np.random.default_rng(1)
    came = generator.normal(size=20_000)
    fair = [crps_of_ensemble(came, generator.normal(size=(20_000, m))).mean() for m in (3, 40)]
    plain = crps_of_ensemble(came, generator.normal(size=(20_000, 3)), fair=False).mean()
    assert fair[0] == pytest.approx(fair[1], rel=0.03)
    assert plain > 1.2 * fair[0]


def test_the_true_distribution_scores_best() -> None:
    generator = np.random.default_rng(2)
    came = generator.normal(size=4000)
    members = members_of_normal(99)
    scores = {
        factor: crps_of_ensemble(came, np.tile(members * factor, (4000, 1))).mean()
        for factor in (0.6, 1.0, 1.6)
    }
    assert scores[1.0] < min(scores[0.6], scores[1.6])


def test_a_missing_value_or_member_is_missing_in_the_score() -> None:
    scores = crps_of_ensemble(
        np.array([np.nan, 1.0, 1.0]), np.array([[1.0, 2.0], [1.0, np.nan], [1.0, 1.0]])
    )
    assert np.isnan(scores[:2]).all()
    assert scores[2] == 0


def test_shapes_and_shares_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="belong"):
        crps_of_ensemble(np.zeros(3), np.zeros((2, 5)))
    with pytest.raises(ValueError, match="two members"):
        crps_of_ensemble(np.zeros(3), np.zeros((3, 1)))
    with pytest.raises(ValueError, match="belong"):
        crps_of_quantiles(np.zeros(3), np.zeros((3, 2)), (0.1, 0.5, 0.9))
    for shares in ((0.5, 0.1), (0.0, 0.5), (0.5, 1.0)):
        with pytest.raises(ValueError, match="rise"):
            crps_of_quantiles(np.zeros(3), np.zeros((3, 2)), shares)
