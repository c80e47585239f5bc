"""Documents of one company told from those of others."""

import pytest

from worker_core.documents.companies import Company, Named, by_company, folded


def test_documents_of_one_ticker_are_one_company_whatever_it_was_called() -> None:
    companies, unassigned = by_company(
        [Named(1, "Facebook, Inc.", "FB"), Named(2, "Meta Platforms, Inc.", "fb")]
    )
    assert companies == (Company("FB", "FB", "Meta Platforms, Inc.", (1, 2)),)
    assert unassigned == ()


def test_a_document_without_a_ticker_joins_those_of_its_name() -> None:
    facts, report = Named(1, "APPLE INC", None), Named(2, "Apple Inc.", "AAPL")
    companies, _ = by_company([facts, report])
    assert [(one.entity, one.keys) for one in companies] == [("AAPL", (1, 2))]


def test_a_name_that_matches_two_tickers_is_said_and_not_guessed() -> None:
    documents = [
        Named(1, "Alphabet Inc.", "GOOG"),
        Named(2, "Alphabet Inc.", "GOOGL"),
        Named(3, "ALPHABET INCORPORATED", None),
    ]
    companies, (left,) = by_company(documents)
    assert [one.keys for one in companies] == [(1,), (2,)]
    assert left.key == 3
    assert "GOOG and GOOGL" in left.reason
    assert "Correct its ticker" in left.reason


def test_a_company_of_which_no_ticker_is_known_is_kept_by_its_name() -> None:
    companies, unassigned = by_company([Named(1, "Acme Ltd", None), Named(2, "ACME LIMITED", None)])
    assert companies == (Company("name:acme ltd", None, "ACME LIMITED", (1, 2)),)
    assert unassigned == ()


@pytest.mark.parametrize("name", [None, "", " ", "—"])
def test_a_document_that_names_nobody_belongs_to_nobody(name: str | None) -> None:
    companies, (left,) = by_company([Named(1, "Acme", "ACM"), Named(2, name, None)])
    assert [one.keys for one in companies] == [(1,)]
    assert (left.key, left.reason) == (2, "It names no company.")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Apple Inc.", "APPLE INC"),
        ("COCA COLA CO", "The Coca-Cola Company".removeprefix("The ")),
        ("Lowe’s Companies, Inc.", "LOWES COMPANIES INC"),
        ("AT&T Inc.", "AT and T Incorporated"),
        ("WALT DISNEY CO/CA/".replace("/CA", " /CA"), "Walt Disney Company"),
        ("Nestlé S.A.", "Nestle S A"),
    ],
)
def test_one_name_written_in_two_ways_is_one(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_names_of_two_companies_stay_two() -> None:
    assert folded("Ford Motor Co") != folded("Ford Motor Credit Co")
