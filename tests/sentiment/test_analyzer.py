"""The quicker analyzer says what vaderSentiment says."""

from hypothesis import given
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import BOOSTER_DICT, SPECIAL_CASES, SentimentIntensityAnalyzer

from worker_core.sentiment.analyzer import Analyzer

QUICK, LIBRARY = Analyzer(), SentimentIntensityAnalyzer()
WORDS = [
    *("good", "bad", "LOSS", "Great", "kind", "of", "no", "nor", "or", "not", "isn't", "without"),
    *("doubt", "never", "so", "this", "least", "at", "very", "but", "BUT", "hardly", "revenue"),
    *("sort of", ":)", ":(", "lol", "good!!!", "what??", "(bad)", "rock'n'roll", "é", "😀", "💔"),
    *sorted(BOOSTER_DICT)[:20],
    *sorted(SPECIAL_CASES),
]


@given(st.lists(st.sampled_from(WORDS), max_size=14), st.sampled_from([" ", "  ", "\n"]))
def test_it_gives_the_numbers_of_the_library(words: list[str], between: str) -> None:
    text = between.join(words)
    assert QUICK.polarity_scores(text) == LIBRARY.polarity_scores(text)


@given(st.text(max_size=60))
def test_it_gives_them_for_any_text(text: str) -> None:
    assert QUICK.polarity_scores(text) == LIBRARY.polarity_scores(text)


def test_it_gives_them_for_words_of_the_lexicon_in_a_long_sentence() -> None:
    for word in sorted(LIBRARY.lexicon)[::50]:
        text = f"The results were not {word}, but very {word} so far, and {word.upper()} too."
        assert QUICK.polarity_scores(text) == LIBRARY.polarity_scores(text)
