"""Whether a challenger takes the champion's place, by the losses of both."""

import numpy as np
import pytest

from worker_core.models import (
    compare_losses,
    first_of_its_kind,
    libraries,
    set_hash,
    version_name,
)


def losses(seed: int = 0, groups: int = 20, each: int = 10) -> tuple[np.ndarray, list[int]]:
    chance = np.random.default_rng(seed)
    return chance.gamma(2.0, size=groups * each), [n // each for n in range(groups * each)]


def test_a_challenger_that_loses_less_everywhere_is_promoted() -> None:
    old, groups = losses()
    verdict = compare_losses(old, old * 0.9, groups)
    assert verdict.promoted
    assert verdict.figures["high"] < 0
    assert verdict.figures["groups"] == 20
    assert "falls" in verdict.reasons[0]


def test_a_challenger_that_is_as_good_is_not_promoted() -> None:
    old, groups = losses()
    noise = np.random.default_rng(1).normal(0, 0.3, len(old))
    verdict = compare_losses(old, old + noise - noise.mean(), groups)
    assert not verdict.promoted
    assert "not surely better" in verdict.reasons[0]
    assert verdict.figures["low"] < 0 < verdict.figures["high"]


def test_a_gain_in_one_group_alone_does_not_count_as_many() -> None:
    old, groups = losses()
    new = old.copy()
    # Ten cases that hang together: by cases alone the gain would look sure.
    new[:10] -= 1.5
    new[10:] += 0.001
    assert not compare_losses(old, new, groups).promoted
    assert compare_losses(old, new).figures["high"] < 0


def test_a_gain_that_some_groups_pay_for_is_refused_where_that_is_asked() -> None:
    old, groups = losses()
    new = old * 0.8
    new[:20] = old[:20] * 1.6
    assert compare_losses(old, new, groups).promoted
    verdict = compare_losses(old, new, groups, allowed_worse=0.1)
    assert not verdict.promoted
    assert "does worst" in verdict.reasons[0]


def test_too_few_cases_are_said_and_decide_nothing() -> None:
    verdict = compare_losses([1.0] * 29, [0.0] * 29)
    assert not verdict.promoted
    assert "29 cases" in verdict.reasons[0]
    assert "4 groups" in compare_losses([1.0] * 40, [0.0] * 40, [0, 1, 2, 3] * 10).reasons[0]


def test_losses_that_do_not_pair_or_are_no_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="each case"):
        compare_losses([1.0], [1.0, 2.0])
    with pytest.raises(ValueError, match="finite"):
        compare_losses([1.0, float("nan")], [1.0, 2.0])


def test_the_first_of_its_kind_is_promoted_unless_something_is_wrong_with_it() -> None:
    assert first_of_its_kind().promoted
    refused = first_of_its_kind(["It does not beat the naive method."], {"mase": 1.1})
    assert not refused.promoted
    assert refused.reasons == ("It does not beat the naive method.",)
    assert refused.figures == {"mase": 1.1}


def test_a_training_set_is_known_by_its_rows_in_any_order() -> None:
    assert set_hash(["a", "b"]) == set_hash(["b", "a"])
    assert set_hash(["ab"]) != set_hash(["a", "b"])
    assert set_hash(["a", "a"]) != set_hash(["a"])


def test_a_version_is_named_by_its_content() -> None:
    assert version_name("ets", b"one") == version_name("ets", "one")
    assert version_name("ets", b"one") != version_name("ets", b"two")
    assert len(version_name("m" * 99, b"")) <= 64


def test_libraries_are_told_by_their_versions() -> None:
    assert libraries("numpy") == {"numpy": np.__version__}
    assert libraries("no-such-library") == {"no-such-library": "not installed"}
