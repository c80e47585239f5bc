"""VADER: a lexicon with rules for negation, emphasis and contrast.

C. J. Hutto and E. Gilbert (2014), "VADER: A Parsimonious Rule-based Model for Sentiment Analysis
of Social Media Text", ICWSM. The classes are cut at its authors' thresholds.
"""

from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING

from worker_core.sentiment.model import Label

if TYPE_CHECKING:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

_THRESHOLD = 0.05


class VaderScorer:
    """Scores sentences with vaderSentiment; its lexicon is loaded by the first score."""

    @property
    def model_version(self) -> str:
        """``vader-`` and the version of the installed library."""
        return f"vader-{version('vaderSentiment')}"

    def score(self, sentences: Sequence[str]) -> list[tuple[float, Label]]:
        """See ``SentenceScorer.score``."""
        compounds = (
            float(self._analyzer.polarity_scores(sentence)["compound"]) for sentence in sentences
        )
        return [(compound, _label(compound)) for compound in compounds]

    @cached_property
    def _analyzer(self) -> "SentimentIntensityAnalyzer":
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

        return SentimentIntensityAnalyzer()


def _label(compound: float) -> Label:
    if compound >= _THRESHOLD:
        return "positive"
    return "negative" if compound <= -_THRESHOLD else "neutral"
