"""Training of the linear model: multinomial logistic regression to the last digit.

The loss is strictly convex, and Newton's method is run until rounding is all that is left, so the
result does not depend on the machine, and the weights, once rounded, are the same everywhere.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from worker_core.sentiment.features import (
    DENSE,
    PROSE,
    VERDICT_BAD,
    VERDICT_GOOD,
    Features,
    extract,
)
from worker_core.sentiment.findings import Rule
from worker_core.sentiment.labels import Labelled, check_classes, deduplicated
from worker_core.sentiment.lexicon import Lexicon
from worker_core.sentiment.linear import LABELS, STEP, Floats, LinearModel, marks
from worker_core.sentiment.newton import solve

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_RAREST = 2
"""Sentences in which a term must occur to be learned."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is chosen before training.

    Attributes:
        strength: inverse of the penalty on the weights.
        rules: logits that a verdict of the rules adds to what was learned, and half of which a
            good or bad event adds. Labels of headlines and tweets teach little about filings;
            the rules hold for all.
        plain: logits that rules add which leave no doubt: a figure against that of the year
            before, a loss after a profit, an order won. They are rare where the labels come from.
        level: logits for neutral that a figure adds which is compared with nothing. In tweets
            such figures are good news as often as not; in releases they are just told.
        shares: of negative, neutral and positive sentences that are to be expected in running
            text. What is written to learn from is written for what it teaches, so news is
            commoner in it. They are those of newswire in P. Malo et al. (2014), "Good debt or
            bad debt", JASIST 65(4), rounded.
    """

    strength: float = 3.0
    rules: float = 0.7
    plain: float = 1.0
    level: float = 2.0
    shares: tuple[float, float, float] = (0.13, 0.6, 0.27)


def train(
    rows: Iterable[Labelled],
    *,
    lexicon: Mapping[str, float] | None = None,
    base: LinearModel | None = None,
    recipe: Recipe | None = None,
    step: Callable[[float], None] = lambda _done: None,
) -> LinearModel:
    """Learn from labelled sentences; the same rows in any order give the same model.

    Args:
        rows: sentences; of those that differ in numbers or links alone, one is used.
        lexicon: weights of single words, from -1 to 1; by default those of ``base``.
        base: a model to start from: weights are drawn towards its own instead of towards 0,
            so some fifty sentences of a new kind add to what it knows.
        step: called between the steps with how much is done, 0 to 1; what it raises ends the
            training.

    Raises:
        LabelsError: a class has too few sentences.
    """
    recipe = recipe or Recipe()
    kept = sorted(deduplicated(rows), key=lambda row: row.text)
    check_classes(kept)
    words = Lexicon(lexicon or {}) if base is None or lexicon is not None else base.lexicon
    features = []
    for number, row in enumerate(kept):
        if number % 500 == 0:
            step(0.3 * number / len(kept))
        features.append(extract(row.text, words))
    blank = _vocabulary(features, len(kept), words, base)
    matrix = _matrix(features, blank)
    target = np.eye(3)[[LABELS.index(row.label) for row in kept]]
    prior = np.vstack([blank.intercept * STEP, blank.real_weights])
    solved = solve(matrix, target, prior, recipe.strength, step)
    if base is None:
        _add_rules(solved, len(blank.terms), recipe)
        _add_shares(solved, len(blank.terms), recipe, _shares_of_prose(features, target))
    # A constant over the classes changes nothing; without it, there is one solution to round.
    solved[0] -= solved[0].mean()
    steps = np.clip(np.rint(solved / STEP), -32_767, 32_767)
    return LinearModel(
        terms=blank.terms,
        counts=blank.counts,
        weights=steps[1:].astype(np.int16),
        intercept=steps[0].astype(np.int32),
        documents=blank.documents,
        lexicon=words,
        learned=_learned(kept, base),
        about=_about(kept, base, recipe),
    )


def _vocabulary(
    features: Sequence[Features], documents: int, lexicon: Lexicon, base: LinearModel | None
) -> LinearModel:
    """The terms to learn, in a model that knows nothing of them yet (beyond its base)."""
    found = Counter(term for each in features for term in set(each.terms))
    known = {} if base is None else base.index
    new = sorted(term for term, n in found.items() if n >= _RAREST and term not in known)
    terms = (*(base.terms if base else ()), *new)
    weights = np.zeros((len(terms) + len(DENSE), 3), np.int16)
    counts = np.array([found[term] for term in new], np.int32)
    intercept = np.zeros(3, np.int32)
    if base is not None:
        weights[: len(base.terms)] = base.weights[: len(base.terms)]
        weights[len(terms) :] = base.weights[len(base.terms) :]
        counts = np.concatenate([base.counts, counts])
        intercept, documents = base.intercept, base.documents
    return LinearModel(terms, counts, weights, intercept, documents, lexicon)


def _matrix(features: Sequence[Features], model: LinearModel) -> "csr_matrix":
    """(n_sentences, 1 + n_terms + n_dense); the first column is the constant."""
    from scipy.sparse import csr_matrix

    values: list[Floats] = []
    columns: list[Any] = []
    starts = [0]
    dense_at = np.arange(len(DENSE)) + 1 + len(model.terms)
    for each in features:
        places = np.array([*model.known(each)], dtype=np.int64)
        rarity = model.idf[places]
        norm = float(np.sqrt(np.sum(rarity**2))) or 1.0
        values.append(np.concatenate([[1.0], rarity / norm, each.dense]))
        columns.append(np.concatenate([[0], places + 1, dense_at]))
        starts.append(starts[-1] + len(values[-1]))
    return csr_matrix(
        (np.concatenate(values), np.concatenate(columns), starts),
        shape=(len(features), 1 + len(model.terms) + len(DENSE)),
    )


def _add_rules(weights: Floats, terms: int, recipe: Recipe) -> None:
    dense = weights[1 + terms :]
    good = np.array([-1.0, -0.5, 1.0])
    bad = good[::-1]
    dense[VERDICT_GOOD] += recipe.rules * good
    dense[VERDICT_BAD] += recipe.rules * bad
    dense[Rule.GOOD_EVENT] += recipe.rules / 2 * good
    dense[Rule.BAD_EVENT] += recipe.rules / 2 * bad
    for rule in (Rule.TO_PROFIT, Rule.ORDER_WON, Rule.MORE_THAN_BEFORE):
        dense[rule] += recipe.plain * good
    for rule in (Rule.TO_LOSS, Rule.JOB_CUTS, Rule.AT_A_LOSS, Rule.LESS_THAN_BEFORE):
        dense[rule] += recipe.plain * bad
    dense[Rule.LEVEL] += recipe.level * np.array([-0.5, 1.0, -0.5])


def _shares_of_prose(features: Sequence[Features], target: Floats) -> Floats:
    """(3,): how many of the whole sentences are of each class, of a sum of 1."""
    prose = np.array([each.dense[PROSE] for each in features])
    # One more of each, for where there are few.
    counts = prose @ target + 1.0
    shares: Floats = counts / counts.sum()
    return shares


def _add_shares(weights: Floats, terms: int, recipe: Recipe, learned: Floats) -> None:
    weights[1 + terms + PROSE] += np.log(np.array(recipe.shares) / learned)


def _learned(kept: Sequence[Labelled], base: LinearModel | None) -> npt.NDArray[np.uint32]:
    mine = marks(row.text for row in kept)
    return np.unique(mine if base is None else np.concatenate([mine, base.learned]))


def _about(kept: Sequence[Labelled], base: LinearModel | None, recipe: Recipe) -> dict[str, Any]:
    digest = hashlib.sha256()
    for row in kept:
        digest.update(f"{row.label}\t{row.text}\n".encode(errors="replace"))
    return {
        "kind": "sentiment-linear",
        "sentences": len(kept),
        "labels": dict(Counter(row.label for row in kept)),
        "training_set": digest.hexdigest(),
        "base": base.sha256 if base else None,
        "strength": recipe.strength,
        "rules": recipe.rules,
        "plain": recipe.plain,
        "level": recipe.level,
        "shares": recipe.shares,
        "vader": version("vaderSentiment"),
    }
