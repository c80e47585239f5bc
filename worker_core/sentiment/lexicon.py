"""Weights of words that stand alone, looked up by the word or its base form.

The weights of the bundled model are SentiBigNomics' (S. Consoli, L. Barbaglia, S. Manzan, 2022,
"Fine-grained, aspect-based sentiment analysis on economic and financial lexicon",
Knowledge-Based Systems 247); they are stored with the model.
"""

from collections.abc import Mapping

_SUFFIXES = (
    ("ies", "y"),
    ("ied", "y"),
    ("ing", ""),
    ("ing", "e"),
    ("ed", ""),
    ("ed", "e"),
    ("es", ""),
    ("s", ""),
    ("ly", ""),
)
_SHORTEST = 3

THOUSANDTHS = 1000
"""Weights are whole multiples of one part of so many, as they are stored."""


class Lexicon:
    """A lookup that remembers what it found for a word."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self.weights = {
            word: round(weight * THOUSANDTHS) / THOUSANDTHS for word, weight in weights.items()
        }
        self._known: dict[str, float] = {}

    def weight(self, word: str) -> float:
        """From -1 to 1; 0 for a word that is not known."""
        found = self._known.get(word)
        if found is None:
            found = self._search(word)
            # Texts hold words without end; the lexicon's memory must not.
            if len(self._known) < 200_000:
                self._known[word] = found
        return found

    def _search(self, word: str) -> float:
        weights = self.weights
        if word in weights:
            return weights[word]
        for suffix, ending in _SUFFIXES:
            if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST:
                stem = word[: -len(suffix)]
                if stem + ending in weights:
                    return weights[stem + ending]
                if len(stem) > _SHORTEST and stem[-1] == stem[-2] and stem[:-1] in weights:
                    return weights[stem[:-1]]
        return 0.0
