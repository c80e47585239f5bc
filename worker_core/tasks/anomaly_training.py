"""Refits the thresholds of the price detectors: champion, challenger, and the naive rule."""

import json
import logging
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from worker_core import models
from worker_core.anomalies.model import Floats, SeriesError
from worker_core.anomalies.planting import f1_loss, planted
from worker_core.anomalies.prices import BAD_TICK, LEVEL_JUMP, SEED_DAYS, STALE_RUN, price_scores
from worker_core.storage import NewModel
from worker_core.tasks import anomaly_work
from worker_core.tasks.base import PermanentFailure, Run
from worker_core.tasks.trained import settle

log = logging.getLogger(__name__)

KIND = anomaly_work.MODEL_KIND
DEFECTS = (BAD_TICK, LEVEL_JUMP, STALE_RUN)
SEED = 7
TRAIN_SEEDS, TEST_SEEDS = 3, 4
LEARNT = 0.7
"""Share of each history that thresholds are learnt from; the rest judges them."""
FEWEST_DAYS = 750
NAIVE = {BAD_TICK: 5.0, LEVEL_JUMP: 5.0, STALE_RUN: 3.0}
"""The naive rule: 5 deviations of all returns so far, or 3 unchanged closes in a row."""
GRID = np.geomspace(2.0, 40.0, 60)


@dataclass(frozen=True)
class Case:
    """Scores of one history with planted defects of one kind."""

    symbol: str
    defect: str
    label: np.ndarray
    score: Floats
    naive: Floats

    def loss(self, threshold: float) -> float:
        return f1_loss(self.label, self.score >= threshold)

    @property
    def naive_loss(self) -> float:
        return f1_loss(self.label, self.naive >= NAIVE[self.defect])


def retrain(run: Run, tickers: list[str], budget_s: float) -> dict[str, Any]:
    """Learn thresholds on the first 70 % of each history with planted defects, judge them on the
    rest, and promote them if they beat those in use and the naive rule.

    Raises:
        PermanentFailure: no history is long enough.
    """
    started = time.monotonic()
    histories, skipped = histories_of(run, tickers)
    if not histories:
        raise PermanentFailure(
            f"No symbol has {FEWEST_DAYS} prices, from which thresholds could be learnt. Fetch "
            "more with update_market_data."
        )
    learnt_from: list[Case] = []
    judged_by: list[Case] = []
    for number, (symbol, closes) in enumerate(histories.items()):
        if models.seconds_left(started, budget_s) <= 0.0:
            skipped += list(histories)[number:]
            log.warning("The time is up; %d symbols were left out.", len(histories) - number)
            break
        run.progress(f"Planting defects into {symbol}", number / len(histories))
        cut = int(LEARNT * len(closes))
        learnt_from += planted_cases(symbol, closes[:cut], range(TRAIN_SEEDS))
        judged_by += planted_cases(symbol, closes[cut:], range(100, 100 + TEST_SEEDS))
    current, against = anomaly_work.thresholds(run)
    challenger = {defect: _best(learnt_from, defect) for defect in DEFECTS}
    verdict = _verdict(judged_by, current, challenger)
    parameters: dict[str, Any] = {"thresholds": challenger, "seed": SEED, "defects": list(DEFECTS)}
    content = json.dumps(parameters, sort_keys=True)
    training_set = models.set_hash(
        f"{symbol}:{closes.tobytes().hex()}" for symbol, closes in histories.items()
    )
    new = NewModel(
        KIND,
        models.version_name("thresholds", content + training_set),
        parameters=parameters,
        metrics=dict(verdict.figures),
        training_set=training_set,
        libraries=models.libraries("numpy"),
        seed=SEED,
        parent_version=against,
        task_id=run.task_id,
    )
    settled = settle(run, new, verdict, against=against)
    return settled | {"thresholds": challenger, "symbols": len(histories), "left_out": skipped}


def histories_of(run: Run, tickers: list[str]) -> tuple[dict[str, Floats], list[str]]:
    """Closes of the symbols with long enough histories (none named: all), and the other symbols."""
    names = tickers or [one.symbol for one in run.storage.market.symbols()]
    found, skipped = {}, []
    for name in names:
        try:
            _, closes = anomaly_work.closes(run, name)
        except PermanentFailure:
            skipped.append(name)
            continue
        if len(closes) >= FEWEST_DAYS:
            found[name] = closes
        else:
            skipped.append(name)
    return found, skipped


def planted_cases(symbol: str, closes: Floats, seeds: range) -> list[Case]:
    """Scores of a history with defects of each kind, planted by each seed."""
    found = []
    for defect in DEFECTS:
        for seed in seeds:
            x, label = planted(closes, defect, SEED * 1000 + seed)
            try:
                scores = price_scores(x).by_detector()[defect]
            except SeriesError:
                continue
            kept = slice(SEED_DAYS + 1, None)
            found.append(Case(symbol, defect, label[kept], scores[kept], _naive(x, defect)[kept]))
    return found


def _naive(closes: Floats, defect: str) -> Floats:
    returns = np.abs(np.diff(np.log(closes), prepend=np.log(closes[0])))
    if defect == STALE_RUN:
        still = returns == 0.0
        still[0] = False
        length = np.zeros(len(closes))
        for day in range(1, len(closes)):
            length[day] = length[day - 1] + 1.0 if still[day] else 0.0
        return length
    count = np.arange(1, len(closes) + 1)
    deviation = np.sqrt(np.cumsum(returns**2) / count)
    before = np.append(np.inf, deviation[:-1])
    return np.asarray(np.divide(returns, before, out=np.zeros_like(returns), where=before > 0.0))


def _best(cases: list[Case], defect: str) -> float:
    own = [case for case in cases if case.defect == defect]
    losses = [float(np.mean([case.loss(threshold) for case in own])) for threshold in GRID]
    return round(float(GRID[int(np.argmin(losses))]), 3)


def _verdict(
    cases: list[Case], current: dict[str, float], challenger: dict[str, float]
) -> models.Verdict:
    """Better than what is in use, and than the naive rule, on the untouched rest."""
    groups = [(case.symbol, case.defect) for case in cases]
    new = [case.loss(challenger[case.defect]) for case in cases]
    old = [case.loss(current[case.defect]) for case in cases]
    naive = [case.naive_loss for case in cases]
    figures = {"naive_loss": float(np.mean(naive)) if naive else None}
    beaten = models.compare_losses(naive, new, groups)
    if not beaten.promoted:
        reasons = tuple(f"Against the naive rule: {reason}" for reason in beaten.reasons)
        return models.Verdict(False, reasons, {**beaten.figures, **figures})
    verdict = models.compare_losses(old, new, groups)
    return models.Verdict(verdict.promoted, verdict.reasons, {**verdict.figures, **figures})
