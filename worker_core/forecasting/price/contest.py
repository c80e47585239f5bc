"""Champion and challenger: which parameters a symbol is forecast with.

All are held against each other on a last block that none of them has seen, and historical
simulation stands there each time: it takes the place when it is better.
"""

import math
from dataclasses import dataclass
from typing import Any, Final

from worker_core.forecasting.price.data import PriceHistory
from worker_core.forecasting.price.evaluation import (
    BLOCK,
    HORIZONS,
    Evaluation,
    HorizonScores,
    before,
    evaluate,
    in_words,
)
from worker_core.forecasting.price.model import Parameters, fit
from worker_core.forecasting.scores import diebold_mariano
from worker_core.models import Verdict

CRITICAL: Final = -1.65
"""Diebold-Mariano statistic below which the first is better, one-sided at 5 %."""
FEWEST: Final = 60
"""Origins that a decision needs."""
WORSE_COVERAGE: Final = 0.02
FEWEST_NEW: Final = 126
"""Sessions since the champion's fit below which there is nothing to decide: half of them teach the
challenger, half are the block."""
_JUDGED: Final = 1


@dataclass(frozen=True, slots=True)
class Contest:
    """What came of it.

    Attributes:
        verdict: on ``parameters``; promoted or not, with the reasons.
        parameters: of the challenger, or of historical simulation where that won.
        evaluation: of ``parameters`` on the block; None where the history is too short for one.
        trained: how many of the history's returns the parameters were fitted on.
    """

    verdict: Verdict
    parameters: Parameters
    evaluation: Evaluation | None
    trained: int


def first(history: PriceHistory) -> Contest:
    """The first parameters of a symbol, against historical simulation alone."""
    evaluation = evaluate(history)
    if evaluation is None:
        parameters = fit(history)
        words = "There was no model before it, and the history is too short to test it."
        return Contest(Verdict(True, (words,)), parameters, None, len(history.returns))
    return _against_naive(history, evaluation, len(history.returns) - BLOCK)


def again(history: PriceHistory, champion: Parameters, trained: int) -> Contest | None:
    """A challenger against the champion, whose fit saw the first ``trained`` returns; None where
    too little has come since."""
    total = len(history.returns)
    new = total - max(trained, 0)
    if new < FEWEST_NEW:
        return None
    block = min(max(new // 2, FEWEST + max(HORIZONS)), BLOCK)
    stride = max(1, block // 126)
    start = total - block
    challenger = fit(before(history, start), champion)
    if champion.method == "historical":
        evaluation = evaluate(history, parameters=challenger, block=block, stride=stride)
        if evaluation is None:
            return None
        scores = evaluation.horizons[_JUDGED]
        verdict = _better(
            scores.losses,
            scores.naive_losses,
            scores.coverage[95],
            scores.naive_coverage[95],
            _overlap(scores),
            ("The new model", "historical simulation, which is in use"),
        )
        return Contest(verdict, challenger, evaluation, start)
    old = evaluate(history, parameters=champion, block=block, stride=stride)
    evaluation = evaluate(history, parameters=challenger, block=block, stride=stride)
    if old is None or evaluation is None:
        return None
    ours, theirs = evaluation.horizons[_JUDGED], old.horizons[_JUDGED]
    verdict = _better(
        ours.losses,
        theirs.losses,
        ours.coverage[95],
        theirs.coverage[95],
        _overlap(ours),
        ("The new model", "the one in use"),
    )
    # Whichever of the two stays must stand its ground against historical simulation.
    naive = _against_naive(history, evaluation if verdict.promoted else old, start)
    if naive.parameters.method == "historical":
        return naive
    return Contest(verdict, challenger, evaluation, start)


def _against_naive(history: PriceHistory, evaluation: Evaluation, trained: int) -> Contest:
    """Promote the evaluated parameters unless historical simulation is surely better."""
    scores = evaluation.horizons[_JUDGED]
    naive = _better(
        scores.naive_losses,
        scores.losses,
        scores.naive_coverage[95],
        scores.coverage[95],
        _overlap(scores),
        ("Historical simulation", "the model"),
    )
    if naive.promoted:
        plain = Parameters(None, None, len(history.returns), "historical")
        return Contest(naive, plain, evaluation, trained)
    told = (f"Historical simulation is not surely better. {in_words(scores)}",)
    return Contest(Verdict(True, told, naive.figures), evaluation.parameters, evaluation, trained)


def _better(
    first_losses: tuple[float, ...],
    second_losses: tuple[float, ...],
    first_coverage: float,
    second_coverage: float,
    overlap: int,
    names: tuple[str, str],
) -> Verdict:
    """Whether the first takes the place of the second."""
    test = diebold_mariano(first_losses, second_losses, overlap=overlap, alternative="less")
    off = abs(first_coverage - 0.95) - abs(second_coverage - 0.95)
    figures: dict[str, Any] = {
        "origins": test.count,
        "dm_statistic": None if math.isnan(test.statistic) else test.statistic,
        "dm_p": None if math.isnan(test.p_value) else test.p_value,
        "crps": sum(first_losses) / max(len(first_losses), 1),
        "crps_of_other": sum(second_losses) / max(len(second_losses), 1),
        "coverage_95": first_coverage,
        "coverage_95_of_other": second_coverage,
    }
    one, other = names
    against = []
    if test.count < FEWEST:
        against.append(f"Not enough to judge by: {test.count} origins, and {FEWEST} are needed.")
    elif math.isnan(test.statistic):
        against.append(f"{one} cannot be told from {other}: their scores do not differ.")
    elif not test.statistic < CRITICAL:
        against.append(
            f"{one} is not surely better than {other}: the Diebold-Mariano statistic is "
            f"{test.statistic:.2f}, and below {CRITICAL} is needed."
        )
    if off > WORSE_COVERAGE:
        against.append(
            f"Its 95 % interval held {first_coverage * 100:.1f} %, {off * 100:.1f} points farther "
            f"from what it promises than that of {other}, and 2 are allowed."
        )
    told = (
        f"{one} is better than {other}: the Diebold-Mariano statistic of the CRPS is "
        f"{test.statistic:.2f} on {test.count} origins."
    )
    return Verdict(not against, tuple(against) or (told,), figures)


def _overlap(scores: HorizonScores) -> int:
    return math.ceil(scores.horizon / scores.stride)
