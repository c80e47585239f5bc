"""A challenger for the model in use: learned from labels, judged by those that are held out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from worker_core.sentiment.evaluation import Quality, evaluate
from worker_core.sentiment.labels import Labelled, deduplicated, frozen_hold_out
from worker_core.sentiment.linear import LinearModel
from worker_core.sentiment.promotion import Verdict, judge
from worker_core.sentiment.scorers import LinearScorer
from worker_core.sentiment.training import train

FROM_NOTHING: Final = 0.5
"""Share of what the base has learned from which on a training set stands without it."""


@dataclass(frozen=True, slots=True)
class Retrained:
    """A challenger and what came of it.

    Attributes:
        quality: of the challenger on the judged sentences; ``None`` without any.
        learned, judged: how many sentences were learned from and judged by.
        from_base: whether it starts from what the base knows.
    """

    model: LinearModel
    verdict: Verdict
    quality: Quality | None
    learned: int
    judged: int
    from_base: bool


def retrain(
    rows: Sequence[Labelled],
    champion: LinearModel,
    base: LinearModel,
    *,
    lexicon: dict[str, float] | None = None,
    seed: int = 0,
    step: Callable[[float], None] = lambda _done: None,
) -> Retrained:
    """Learn from a frozen part of ``rows`` and hold the result against the champion on the rest.

    Sentences that the champion or the base has learned are not judged by: it would only have to
    remember them. Where the rows hold most of what the base was made from, the challenger is
    learned from nothing; else its weights are drawn towards the base's.

    Args:
        base: the model that comes with the program, not the champion: learning again from the
            same rows gives the same model, however often that is done.
        step: called with how much is done, 0 to 1; what it raises ends the training.

    Raises:
        LabelsError: a class has too few sentences.
    """
    learned, held = frozen_hold_out(deduplicated(rows))
    seen = base.has_learned([row.text for row in rows]).sum()
    from_base = bool(seen < FROM_NOTHING * max(len(base.learned), 1))
    model = train(
        learned,
        base=base if from_base else None,
        lexicon=lexicon or base.lexicon.weights,
        step=lambda done: step(0.9 * done),
    )
    step(0.9)
    judged = unseen(held, champion, model)
    verdict = judge(LinearScorer(champion), LinearScorer(model), judged, seed=seed)
    quality = evaluate(LinearScorer(model), judged) if judged else None
    step(1.0)
    return Retrained(model, verdict, quality, len(learned), len(judged), from_base)


def unseen(rows: Sequence[Labelled], *models: LinearModel) -> list[Labelled]:
    """The rows that none of the models has learned."""
    texts = [row.text for row in rows]
    known = [model.has_learned(texts) for model in models]
    return [row for row, *each in zip(rows, *known, strict=True) if not any(each)]
