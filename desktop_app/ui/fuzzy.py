"""Finds what was meant from a few letters of it."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Match:
    """How well a text fits, higher is better, and the places of the letters that were found."""

    score: float
    places: frozenset[int]


def match(query: str, text: str) -> Match | None:
    """Every word of the query must be found: as it stands, best at the beginning of a word, or
    letter by letter in its order. An empty query fits anything."""
    folded = _folded(text)
    score = 0.0
    places: set[int] = set()
    for word in query.split():
        found = _word(_folded(word), folded, text)
        if found is None:
            return None
        score += found.score
        places |= found.places
    # Of two that fit as well, the shorter says less that was not asked for.
    return Match(score - len(text) * 0.05, frozenset(places))


class Sieve:
    """Tells at a hundredth of the cost that :func:`match` finds nothing: of thousands of names few
    have all letters of a query in their order."""

    def __init__(self, query: str) -> None:
        words = (_folded(word) for word in query.split())
        self._words = [re.compile(".*?".join(map(re.escape, word)), re.DOTALL) for word in words]

    def holds_back(self, text: str) -> bool:
        folded = _folded(text)
        return not all(word.search(folded) for word in self._words)


def _folded(text: str) -> str:
    return text.lower() if text.isascii() else "".join(_fold(letter) for letter in text)


def _fold(letter: str) -> str:
    lower = letter.lower()
    return lower if len(lower) == 1 else letter


def _word(word: str, folded: str, text: str) -> Match | None:
    best: Match | None = None
    place = folded.find(word)
    while place >= 0:
        bonus = 6.0 if _begins_word(text, place) else 0.0
        score = 10.0 + len(word) + bonus + (2.0 if place == 0 else 0.0)
        if best is None or score > best.score:
            best = Match(score, frozenset(range(place, place + len(word))))
        place = folded.find(word, place + 1)
    return best or _scattered(word, folded, text)


def _scattered(word: str, folded: str, text: str) -> Match | None:
    """Letter by letter, jumping to the beginning of a later word where that is possible."""
    places: list[int] = []
    score = 0.0
    start = 0
    for letter in word:
        hits = [i for i in range(start, len(folded)) if folded[i] == letter]
        if not hits:
            return None
        follows = bool(places) and hits[0] == places[-1] + 1
        begins = next((i for i in hits if _begins_word(text, i)), None)
        rest = word[len(places) + 1 :]
        if not follows and begins is not None and _is_subsequence(rest, folded[begins + 1 :]):
            place = begins
        else:
            place = hits[0]
        score += 1.0 if follows or _begins_word(text, place) else 0.2
        places.append(place)
        start = place + 1
    return Match(score, frozenset(places))


def _is_subsequence(word: str, text: str) -> bool:
    letters = iter(text)
    return all(letter in letters for letter in word)


def _begins_word(text: str, place: int) -> bool:
    if place == 0:
        return True
    before, letter = text[place - 1], text[place]
    return not before.isalnum() or (before.islower() and letter.isupper())
