"""A new model takes over if it is surely better, and else is refused with the reason."""

import random
from collections.abc import Sequence

import pytest

from worker_core.sentiment import Label
from worker_core.sentiment.labels import Labelled
from worker_core.sentiment.linear import LABELS
from worker_core.sentiment.promotion import decide, judge, mcnemar

TRUTH: list[Label] = [LABELS[i % 3] for i in range(600)]


def wrong(label: Label) -> Label:
    return LABELS[(LABELS.index(label) + 1) % 3]


def answers(share_right: float, seed: int, truth: Sequence[Label] = TRUTH) -> list[Label]:
    chance = random.Random(seed)
    return [label if chance.random() < share_right else wrong(label) for label in truth]


def test_a_model_that_is_clearly_better_takes_over() -> None:
    verdict = decide(TRUTH, answers(0.7, 1), answers(0.9, 2))
    assert verdict.promoted
    assert 0 < verdict.low < verdict.challenger_f1 - verdict.champion_f1 < verdict.high
    assert verdict.p_value < 0.001
    assert "rises from" in verdict.reasons[0]


def test_a_model_that_is_as_good_as_the_other_is_refused() -> None:
    verdict = decide(TRUTH, answers(0.8, 1), answers(0.8, 2))
    assert not verdict.promoted
    assert verdict.low < 0 < verdict.high
    assert "not surely better" in verdict.reasons[0]


def test_the_same_answers_change_nothing() -> None:
    verdict = decide(TRUTH, answers(0.8, 1), answers(0.8, 1))
    assert (verdict.promoted, verdict.p_value, verdict.low, verdict.high) == (False, 1.0, 0.0, 0.0)


def test_a_model_that_is_better_on_the_whole_and_loses_a_class_is_refused() -> None:
    champion = answers(0.7, 1)
    challenger = list(TRUTH)
    for place, label in enumerate(TRUTH):
        if label == "negative":
            challenger[place] = champion[place] if place % 10 else wrong(label)
    verdict = decide(TRUTH, champion, challenger)
    assert verdict.low > 0
    assert not verdict.promoted
    assert "fewer of the negative sentences" in verdict.reasons[0]
    assert verdict.recall_change["negative"] < -0.02


@pytest.mark.parametrize("count", [0, 1, 99])
def test_too_few_sentences_decide_nothing(count: int) -> None:
    truth = TRUTH[:count]
    verdict = decide(truth, [wrong(label) for label in truth], truth)
    assert not verdict.promoted
    assert f"{count} labelled sentences" in verdict.reasons[0]


def test_too_few_sentences_of_a_class_decide_nothing() -> None:
    truth = sorted(TRUTH)[191:]
    verdict = decide(truth, [wrong(label) for label in truth], truth)
    assert not verdict.promoted
    assert "9 negative sentences" in verdict.reasons[0]


def test_the_decision_is_the_same_each_time() -> None:
    assert decide(TRUTH, answers(0.7, 1), answers(0.8, 2), seed=4) == decide(
        TRUTH, answers(0.7, 1), answers(0.8, 2), seed=4
    )


def test_sentences_that_the_challenger_learned_are_not_judged() -> None:
    class Fixed:
        model_version = "fixed"

        def score(self, sentences: Sequence[str]) -> list[tuple[float, Label]]:
            return [(0.0, "neutral") for _ in sentences]

    words = ["ab", "cd", "ef", "gh", "ij", "kl", "mn", "op", "qr", "st", "uv", "wx", "yz"]
    rows = [Labelled(f"{a} {b}", "neutral") for a in words for b in words]
    learned = [Labelled(f"{row.text.upper()} 5%", "neutral") for row in rows[:100]]
    assert judge(Fixed(), Fixed(), rows, learned=learned).sentences == len(rows) - 100


@pytest.mark.parametrize(("first", "second"), [(0, 0), (3, 9), (10, 10), (40, 61), (0, 5)])
def test_the_p_value_is_that_of_the_exact_test(first: int, second: int) -> None:
    from scipy.stats import binomtest

    exact = binomtest(first, first + second).pvalue if first + second else 1.0
    assert mcnemar(first, second) == pytest.approx(exact)


def test_the_p_value_of_many_sentences_is_close_to_the_exact_one() -> None:
    from scipy.stats import binomtest

    assert mcnemar(5000, 5200) == pytest.approx(binomtest(5000, 10200).pvalue, rel=0.02)
