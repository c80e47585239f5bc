"""Delimited values: dialects, encodings, and the facts in them."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from worker_core.documents import Limits, ParsedDocument
from worker_core.documents.delimited import delimiter_of
from worker_core.documents.tabular import written_number

Drop = Callable[..., ParsedDocument]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b,c\n1,2,3\n4,5,6\n", ","),
        ("a;b\n1,5;2,5\n3,5;4,5\n", ";"),
        ("a\tb\n1,000\t2,000\n", "\t"),
        ("a|b|c\n1|2|3\n", "|"),
        ("sep=;\na,b;c\n", ";"),
        ('name,"note; with, both"\nx,"a;b;c"\n', ","),
        ("a single column\nof words\n", ","),
    ],
)
def test_the_delimiter_is_found(text: str, delimiter: str) -> None:
    assert delimiter_of(text) == delimiter


def test_rows_become_lines_of_cells(drop: Drop) -> None:
    document = drop("data.csv", 'name,note\nApple,"two\nlines, one cell"\n')
    assert document.mime == "text/csv"
    assert document.text.split("\n") == ["name\tnote", "Apple\ttwo lines, one cell"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_common_encoding_is_read(drop: Drop, encoding: str) -> None:
    document = drop("data.csv", "firm;city\nMüller;Zürich\n".encode(encoding))
    assert "Müller\tZürich" in document.text


def test_encodings_pasted_together_are_read_each_as_what_it_is(drop: Drop) -> None:
    content = "firm,city\nMüller,Köln\n".encode() + "Société,Orléans\n".encode("cp1252")
    assert drop("mixed.csv", content).text.split("\n")[1:] == ["Müller\tKöln", "Société\tOrléans"]


def test_the_line_that_names_the_delimiter_is_no_row(drop: Drop) -> None:
    assert drop("data.csv", "sep=;\na;b\n1;2\n").text.split("\n") == ["a\tb", "1\t2"]


def test_what_looks_like_a_formula_is_text(drop: Drop) -> None:
    formula = '=HYPERLINK("http://example.org","pay")'
    document = drop("data.csv", f"name,value\nx,'{formula}'\n=1+1,2\n")
    assert "=1+1\t2" in document.text
    assert document.facts == ()


def test_ten_thousand_columns_are_read(drop: Drop) -> None:
    header = ",".join(f"c{n}" for n in range(10_000))
    values = ",".join(str(n) for n in range(10_000))
    document = drop("wide.csv", f"{header}\n{values}\n")
    lines = document.text.split("\n")
    assert [len(line.split("\t")) for line in lines] == [10_000, 10_000]
    assert document.truncated == ()


def test_cells_beyond_the_limit_are_said_to_be_left_out(drop: Drop) -> None:
    document = drop("long.csv", "a,b\n" * 100, Limits(max_cells=20))
    assert len(document.text.split("\n")) == 10
    assert document.truncated == ("Only the first 20 cells were kept.",)


def test_a_quotation_mark_that_is_never_closed_costs_no_row(drop: Drop) -> None:
    document = drop("open.csv", 'a,b\n1,"open\n' + "2,3\n" * 500)
    assert document.text.split("\n")[-1] == "2\t3"
    assert any("never closed" in line for line in document.truncated)


def test_text_in_columns_under_the_name_of_a_workbook_is_read(drop: Drop) -> None:
    assert drop("export.xls", "a\tb\n1\t2\n").mime == "text/csv"


def test_a_table_of_facts_gives_them(drop: Drop) -> None:
    document = drop(
        "facts.csv",
        "concept,value,start,end,dims,unit,decimals\n"
        "us-gaap:Revenues,391035000000,2023-10-01,2024-09-28,,usd,-6\n"
        "us-gaap:Revenues,100,2023-10-01,2024-09-28,srt:ProductAxis=us-gaap:ServiceMember,usd,\n"
        "dei:EntityRegistrantName,Apple Inc.,2023-10-01,2024-09-28,,,\n"
        "not a concept,5,,,,,\n",
    )
    total, part, name = document.facts
    assert (total.value, total.unit, total.decimals) == (Decimal(391035000000), "USD", -6)
    assert (total.start, total.end) == (date(2023, 10, 1), date(2024, 9, 28))
    assert total.source == "line 2"
    assert part.dimensions == (("srt:ProductAxis", "us-gaap:ServiceMember"),)
    assert (name.value, name.text) == (None, "Apple Inc.")
    assert document.company == "Apple Inc."


def test_rates_are_not_amounts_of_money(drop: Drop) -> None:
    document = drop("s.csv", "(in millions),2024\nRevenue,5\nEffective tax rate,0.24\n")
    assert [(fact.value, fact.unit) for fact in document.facts] == [
        (Decimal(5_000_000), "USD"),
        (Decimal("0.24"), "pure"),
    ]


def test_the_sec_s_own_tables_of_numbers_are_facts(drop: Drop) -> None:
    document = drop(
        "num.tsv",
        "adsh\ttag\tversion\tddate\tqtrs\tuom\tvalue\n"
        "0000-1\tRevenues\tus-gaap/2024\t20241231\t4\tUSD\t1000\n"
        "0000-1\tAssets\tus-gaap/2024\t20241231\t0\tUSD\t5000\n",
    )
    flow, balance = document.facts
    assert (flow.concept, flow.start) == ("us-gaap:Revenues", date(2024, 1, 1))
    assert (balance.start, balance.end) == (None, date(2024, 12, 31))


def test_a_statement_laid_out_by_years_gives_facts(drop: Drop) -> None:
    text = '(in millions),2023,2024\nRevenue,"1,200","1,350"\nNet loss,(50),12\nMargin,5%,—\n'
    document = drop("statement.csv", text)
    found = {(fact.concept, fact.end.year): fact for fact in document.facts if fact.end}
    assert found["label:Revenue", 2024].value == Decimal(1_350_000_000)
    assert found["label:Net loss", 2023].value == Decimal(-50_000_000)
    assert found["label:Margin", 2023].unit == "pure"
    assert ("label:Margin", 2024) not in found


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1,234", "1234"), ("(1,234.5)", "-1234.5"), ("$ 5", "5"), ("-7", "-7"), ("−7", "-7"),
        ("12.5%", "0.125"), ("(3)%", "-0.03"), ("1.234,56", "1234.56"), ("1 234", "1234"),
        (".5", "0.5"), ("—", None), ("1,23", None), ("12a", None), ("", None), ("(5", None),
        ("9" * 50, None),
    ],
)  # fmt: skip
def test_numbers_are_read_as_tables_print_them(written: str, value: str | None) -> None:
    found = written_number(written)
    assert (found[0] if found else None) == (Decimal(value) if value else None)
