"""Why a linear model gave a sentence its class: its parts, each at its place in the sentence."""

from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np

from worker_core.sentiment import findings
from worker_core.sentiment.features import (
    LENGTH,
    LEXICON,
    MOVES,
    VADER,
    Features,
    vader,
)
from worker_core.sentiment.linear import LABELS, Floats, LinearModel
from worker_core.sentiment.model import Evidence, EvidenceKind

MOST: Final = 6
_LEAST = 0.05
"""Logits below which a part is not worth a reader's look."""

_MOVING = findings.POSITIVE | findings.NEGATIVE


class _Part(NamedTuple):
    first: int
    last: int
    kind: EvidenceKind
    name: str


def explain(model: LinearModel, features: Features, most: int = MOST) -> tuple[Evidence, ...]:
    """The parts with the greatest say, strongest first.

    The logits of a linear model are sums, so each part's share is exact. What the lexicons add
    is shared out to the words they know, by their weights there; what the rules add up to, to
    the rules that hold.
    """
    parts: dict[_Part, Floats] = {}
    for part, logits in (
        *_terms(model, features),
        *_rules(model, features),
        *_lexicons(model, features),
    ):
        parts[part] = parts[part] + logits if part in parts else logits
    tokens = features.tokens
    found: list[Evidence] = []
    for part, logits in parts.items():
        centred = logits - logits.mean()
        toward = int(centred.argmax())
        weight = float(centred[toward])
        if weight >= _LEAST:
            start, end = tokens.starts[part.first], tokens.ends[part.last]
            found.append(Evidence(start, end, part.kind, part.name, LABELS[toward], weight))
    found.sort(key=lambda each: (-each.weight, each.start, each.name))
    return tuple(found[:most])


def _terms(model: LinearModel, features: Features) -> Iterable[tuple[_Part, Floats]]:
    index, words = model.index, features.tokens.words
    known = model.known(features)
    norm = float(np.sqrt((model.idf[known] ** 2).sum())) or 1.0
    seen: set[str] = set()
    for term, (first, last) in zip(features.terms, features.places, strict=True):
        place = index.get(term)
        if place is None or term in seen:
            continue
        seen.add(term)
        kind: EvidenceKind = "word" if first == last else "phrase"
        part = _Part(first, last, kind, words[first] if first == last else term)
        yield part, model.real_weights[place] * (model.idf[place] / norm)


def _rules(model: LinearModel, features: Features) -> Iterable[tuple[_Part, Floats]]:
    dense = model.real_weights[len(model.terms) :]
    hits = features.hits
    sums = np.array(features.dense[MOVES:VADER]) @ dense[MOVES:VADER]
    moving = [hit for hit in hits if hit.rule in _MOVING]
    for hit in hits:
        alike = sum(1 for other in hits if other.rule == hit.rule)
        logits = dense[hit.rule] * (features.dense[hit.rule] / alike)
        if hit in moving:
            logits = logits + sums / len(moving)
        yield _Part(hit.first, hit.last, "rule", hit.rule.name.lower()), logits


def _lexicons(model: LinearModel, features: Features) -> Iterable[tuple[_Part, Floats]]:
    dense = model.real_weights[len(model.terms) :]
    values = np.array(features.dense)
    words = features.tokens.words
    for here, there, weights in (
        (LEXICON, LENGTH, [model.lexicon.weight(word) for word in words]),
        (VADER, LEXICON, [vader().lexicon.get(word, 0.0) for word in words]),
    ):
        total = sum(map(abs, weights))
        if total == 0:
            continue
        logits = values[here:there] @ dense[here:there]
        for place, weight in enumerate(weights):
            if weight:
                yield _Part(place, place, "word", words[place]), logits * (abs(weight) / total)
