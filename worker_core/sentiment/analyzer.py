"""The analyzer of vaderSentiment with its very numbers, in a part of its time.

The library lowers a whole sentence anew for each look at a word's neighbours; no rule of it looks
further than three words back and two ahead, so that a word is given those alone.
"""

from typing import Final, NamedTuple

from vaderSentiment.vaderSentiment import BOOSTER_DICT, SentimentIntensityAnalyzer, SentiText

_BACK: Final = 3
_AHEAD: Final = 2


class _Near(NamedTuple):
    """What the rules see of a sentence."""

    words_and_emoticons: list[str]
    is_cap_diff: bool


class Analyzer(SentimentIntensityAnalyzer):  # type: ignore[misc]  # the library has no types
    """See ``SentimentIntensityAnalyzer``."""

    def __init__(self) -> None:
        super().__init__()
        self._pictures = frozenset(self.emojis)

    def polarity_scores(self, text: str) -> dict[str, float]:
        """``pos``, ``neg``, ``neu`` and ``compound`` of a text."""
        if not self._pictures.isdisjoint(text):
            return {**super().polarity_scores(text)}
        text = text.strip()
        whole = SentiText(text)
        words = whole.words_and_emoticons
        valences: list[float] = []
        for place, word in enumerate(words):
            lower = word.lower()
            kind_of = lower == "kind" and "".join(words[place + 1 : place + 2]).lower() == "of"
            if lower not in self.lexicon or lower in BOOSTER_DICT or kind_of:
                valences.append(0)
                continue
            start = max(place - _BACK, 0)
            near = _Near(words[start : place + _AHEAD + 1], whole.is_cap_diff)
            self.sentiment_valence(0, near, word, place - start, valences)
        return {**self.score_valence(self._but_check(words, valences), text)}
