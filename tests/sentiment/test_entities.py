"""Companies are found where a sentence names them, and nowhere else."""

import pytest

from worker_core.sentiment.entities import Company, Finder, listed, short_name


def test_a_cashtag_names_a_company_by_its_ticker() -> None:
    assert Finder().find("$HVI and $BRK.B rose, $5 did not, nor US$HVI2") == [
        Company("HVI", "HVI"),
        Company("BRK.B", "BRK.B"),
    ]


@pytest.mark.parametrize(
    ("text", "company"),
    [
        ("Harrow Vale Inc. (NYSE: HVI) said", Company("Harrow Vale", "HVI")),
        ("Dunmore & Sons plc (LSE:DUN) said", Company("Dunmore & Sons", "DUN")),
        ("it (NASDAQ: ABC) said", Company("ABC", "ABC")),
    ],
)
def test_a_listing_gives_the_name_and_the_ticker(text: str, company: Company) -> None:
    assert list(listed(text)) == [company]


def test_a_listing_and_a_cashtag_are_the_same_company() -> None:
    finder = Finder(text="Harrow Vale Inc. (NYSE: HVI) said so.")
    assert finder.find("$HVI fell after Harrow Vale spoke") == [Company("Harrow Vale", "HVI")]


def test_a_name_within_another_word_is_not_the_company() -> None:
    finder = Finder([Company("Vale Corp.", "VAL")])
    assert finder.find("Valencia and valets are no Vale.") == [Company("Vale Corp.", "VAL")]
    assert finder.find("Valencia and valets.") == []


def test_names_that_are_too_short_to_be_sure_of_are_not_looked_for() -> None:
    assert Finder([Company("ON Inc.", "")]).find("ON the other hand") == []


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("Apple Inc.", "Apple"),
        ("The Coca-Cola Company", "Coca-Cola"),
        ("Exxon Mobil Corporation", "Exxon Mobil"),
        ("Inc.", "Inc."),
        ("", ""),
    ],
)
def test_a_name_is_looked_for_as_people_say_it(name: str, spoken: str) -> None:
    assert short_name(name) == spoken


def test_a_text_of_brackets_and_capitals_takes_no_time() -> None:
    assert list(listed("A " * 200_000 + "(NYSE" * 100_000)) == []
