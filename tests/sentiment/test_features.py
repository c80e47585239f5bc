"""A sentence becomes numbers: of mixed news, what is told first and what is the same figure."""

import pytest

from worker_core.sentiment.features import DENSE, extract
from worker_core.sentiment.lexicon import Lexicon

MIXED = ("prose_mixed_good", "prose_mixed_bad", "prose_both_ways")


def mixed(sentence: str) -> tuple[float, ...]:
    dense = extract(sentence, Lexicon({})).dense
    return tuple(dense[DENSE.index(name)] for name in MIXED)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Profit rose by 4 %, while output fell.", (1.0, 0.0, 0.0)),
        ("Profit fell by 4 %, while output rose.", (0.0, 1.0, 0.0)),
        ("Although output fell, profit rose by 4 %.", (1.0, 0.0, 0.0)),
        ("Sales rose in Spain, while sales fell in Italy.", (1.0, 0.0, 1.0)),
        ("Sales fell abroad but rose at home.", (0.0, 1.0, 1.0)),
        ("Profit rose by 4 %.", (0.0, 0.0, 0.0)),
        ("The board meets on Monday.", (0.0, 0.0, 0.0)),
    ],
)
def test_mixed_news_is_known_by_what_is_told_first_and_of_what(
    sentence: str, expected: tuple[float, ...]
) -> None:
    assert mixed(sentence) == expected


def test_a_headline_has_none_of_the_features_of_prose() -> None:
    assert mixed("Profit rose, output fell") == (0.0, 0.0, 0.0)


def test_each_feature_has_a_name_and_each_name_a_feature() -> None:
    assert len(extract("Profit rose by 4 %.", Lexicon({})).dense) == len(DENSE)
    assert len(set(DENSE)) == len(DENSE)
