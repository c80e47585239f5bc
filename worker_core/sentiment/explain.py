"""Why a linear model gave a sentence its class: its parts, each at its place in the sentence."""

import math
from collections.abc import Iterable, Sequence
from typing import Final

from worker_core.sentiment import findings
from worker_core.sentiment.features import (
    LENGTH,
    LEXICON,
    MOVES,
    VADER,
    Features,
    vader,
)
from worker_core.sentiment.linear import LABELS, LinearModel
from worker_core.sentiment.model import Evidence, EvidenceKind

MOST: Final = 6
_LEAST = 0.05
"""Logits below which a part is not worth a reader's look."""

_MOVING = findings.POSITIVE | findings.NEGATIVE

# Three numbers at a time are quicker without numpy, and a filing has a hundred thousand parts.
_Part = tuple[int, int, EvidenceKind, str]
"""First and last token, what it is, and its name."""
_Logits = tuple[float, float, float]


def explain(model: LinearModel, features: Features, most: int = MOST) -> tuple[Evidence, ...]:
    """The parts with the greatest say, strongest first.

    The logits of a linear model are sums, so each part's share is exact. What the lexicons add
    is shared out to the words they know, by their weights there; what the rules add up to, to
    the rules that hold.
    """
    parts: dict[_Part, _Logits] = {}
    for part, logits in (
        *_terms(model, features),
        *_rules(model, features),
        *_lexicons(model, features),
    ):
        before = parts.get(part)
        parts[part] = logits if before is None else _sum(before, logits)
    starts, ends = features.tokens.starts, features.tokens.ends
    found: list[Evidence] = []
    for (first, last, kind, name), logits in parts.items():
        weight = max(logits)
        toward = logits.index(weight)
        weight -= (logits[0] + logits[1] + logits[2]) / 3
        if weight >= _LEAST:
            found.append(Evidence(starts[first], ends[last], kind, name, LABELS[toward], weight))
    found.sort(key=lambda each: (-each.weight, each.start, each.name))
    return tuple(found[:most])


def _terms(model: LinearModel, features: Features) -> Iterable[tuple[_Part, _Logits]]:
    words, places = features.tokens.words, features.places
    rows, rarity = model.rows, model.rarity
    known = model.known(features)
    norm = math.sqrt(math.fsum(rarity[place] * rarity[place] for place in known)) or 1.0
    for place, position in known.items():
        first, last = places[position]
        scale = rarity[place] / norm
        negative, neutral, positive = rows[place]
        logits = (negative * scale, neutral * scale, positive * scale)
        if first == last:
            yield (first, last, "word", words[first]), logits
        else:
            yield (first, last, "phrase", features.terms[position]), logits


def _rules(model: LinearModel, features: Features) -> Iterable[tuple[_Part, _Logits]]:
    hits = features.hits
    if not hits:
        return
    dense = model.rows[len(model.terms) :]
    sums = _weighed(features.dense[MOVES:VADER], dense[MOVES:VADER])
    rules = [hit.rule for hit in hits]
    moving = sum(rule in _MOVING for rule in rules)
    for hit in hits:
        logits = _times(dense[hit.rule], features.dense[hit.rule] / rules.count(hit.rule))
        if hit.rule in _MOVING:
            logits = _sum(logits, _times(sums, 1 / moving))
        yield (hit.first, hit.last, "rule", hit.rule.name.lower()), logits


def _lexicons(model: LinearModel, features: Features) -> Iterable[tuple[_Part, _Logits]]:
    dense = model.rows[len(model.terms) :]
    words = features.tokens.words
    for here, there, weights in (
        (LEXICON, LENGTH, map(model.lexicon.weight, words)),
        (VADER, LEXICON, map(vader().lexicon.get, words)),
    ):
        held = [(place, abs(weight)) for place, weight in enumerate(weights) if weight]
        if not held:
            continue
        total = math.fsum(weight for _, weight in held)
        logits = _weighed(features.dense[here:there], dense[here:there])
        for place, weight in held:
            yield (place, place, "word", words[place]), _times(logits, weight / total)


def _weighed(values: Sequence[float], rows: Sequence[_Logits]) -> _Logits:
    total: _Logits = (0.0, 0.0, 0.0)
    for value, row in zip(values, rows, strict=True):
        if value:
            total = _sum(total, _times(row, value))
    return total


def _times(logits: _Logits, factor: float) -> _Logits:
    return logits[0] * factor, logits[1] * factor, logits[2] * factor


def _sum(one: _Logits, other: _Logits) -> _Logits:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]
