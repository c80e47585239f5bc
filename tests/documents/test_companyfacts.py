"""The SEC's companyfacts, whole and broken."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

from worker_core import documents
from worker_core.documents import DocumentError, Limits, ParsedDocument

Drop = Callable[..., ParsedDocument]
Refusal = Callable[..., DocumentError]


def value(val: object, end: str, filed: str, **more: object) -> dict[str, object]:
    return {"val": val, "end": end, "filed": filed, "accn": "0001-24-1", "form": "10-K", **more}


def companyfacts(**concepts: list[dict[str, object]]) -> str:
    tags = {
        name: {"label": name, "description": None, "units": {"USD": values}}
        for name, values in concepts.items()
    }
    return json.dumps({"cik": 1, "entityName": "Example Corp", "facts": {"us-gaap": tags}})


def test_values_keep_their_period_their_filing_and_all_their_digits(drop: Drop) -> None:
    document = drop(
        "CIK1.json",
        companyfacts(
            Revenues=[value(1234567.89, "2024-12-31", "2025-02-01", start="2024-01-01")],
            Assets=[value(10, "2024-12-31", "2025-02-01")],
        ),
    )
    revenue, assets = document.facts
    assert revenue.value == Decimal("1234567.89")
    assert (revenue.concept, revenue.unit, revenue.label) == ("us-gaap:Revenues", "USD", "Revenues")
    assert (revenue.start, revenue.filed) == (date(2024, 1, 1), date(2025, 2, 1))
    assert assets.start is None
    assert (document.company, document.filing_date) == ("Example Corp", date(2025, 2, 1))
    assert "Assets\t10 USD\t2024-12-31" in document.text


def test_a_value_repeated_in_later_filings_is_kept_for_each_as_it_may_be_restated(
    drop: Drop,
) -> None:
    same = [value(5, "2023-12-31", filed) for filed in ("2024-02-01", "2025-02-01")]
    document = drop("CIK1.json", companyfacts(Assets=[*same, same[0]]))
    assert [fact.filed for fact in document.facts] == [date(2024, 2, 1), date(2025, 2, 1)]


def test_facts_beyond_the_limit_are_said_to_be_left_out(drop: Drop) -> None:
    many = [value(n, f"20{n:02}-12-31", "2024-02-01") for n in range(10, 30)]
    document = drop("CIK1.json", companyfacts(Assets=many), Limits(max_facts=7))
    assert len(document.facts) == 7
    assert document.truncated == ("Only the first 7 reported values were kept.",)


def test_json_that_ends_in_the_middle_is_cut_off(refusal: Refusal) -> None:
    whole = companyfacts(Assets=[value(5, "2023-12-31", "2024-02-01")])
    assert refusal("CIK1.json", whole[: len(whole) // 2]).code == "truncated"


def test_json_that_is_none_is_damaged(refusal: Refusal) -> None:
    assert refusal("CIK1.json", '{"facts": {"a": oops}}').code == "damaged"


def test_json_of_another_kind_says_what_is_read(refusal: Refusal) -> None:
    error = refusal("data.json", '{"rows": [1, 2, 3]}')
    assert "companyfacts" in error.message
    assert "CSV" in error.remedy


def test_brackets_without_end_are_refused(refusal: Refusal) -> None:
    assert refusal("deep.json", "[" * 1_000_000).code in {"damaged", "truncated", "unsupported"}
    deep = '{"facts": {"us-gaap": {"A": {"units": {"USD": [{"val": ' + "[" * 900_000
    assert refusal("deep.json", deep).code in {"damaged", "truncated", "unsupported"}


def test_a_real_company_has_its_facts(shared_data: Path) -> None:
    path = shared_data / "documents" / "companyfacts_LPA.json"
    document = documents.parse(path, path.name, Limits())
    assert document.company == "Logistic Properties of the Americas"
    assert len(document.facts) > 700
    assert {fact.concept.partition(":")[0] for fact in document.facts} == {"dei", "ifrs-full"}
