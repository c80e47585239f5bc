"""VADER: a lexicon with rules for negation, emphasis and contrast.

C. J. Hutto and E. Gilbert (2014), "VADER: A Parsimonious Rule-based Model for Sentiment Analysis
of Social Media Text", ICWSM. The classes are cut at its authors' thresholds.
"""

from collections.abc import Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING

from worker_core.sentiment.features import vader
from worker_core.sentiment.model import NEUTRAL_WITHIN, Label

if TYPE_CHECKING:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer


class VaderScorer:
    """Scores sentences with vaderSentiment; its lexicon is loaded by the first score.

    Args:
        analyzer: another than the application's, such as the library's own.
    """

    def __init__(self, analyzer: "SentimentIntensityAnalyzer | None" = None) -> None:
        self._analyzer = analyzer

    @property
    def model_version(self) -> str:
        """``vader-`` and the version of the installed library."""
        return f"vader-{version('vaderSentiment')}"

    def score(self, sentences: Sequence[str]) -> list[tuple[float, Label]]:
        """See ``SentenceScorer.score``."""
        scores = (self._analyzer or vader()).polarity_scores
        compounds = (float(scores(sentence)["compound"]) for sentence in sentences)
        return [(compound, _label(compound)) for compound in compounds]


def _label(compound: float) -> Label:
    if compound >= NEUTRAL_WITHIN:
        return "positive"
    return "negative" if compound <= -NEUTRAL_WITHIN else "neutral"
