"""A report as a page and as a document."""

import math
import re
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from worker_core.reports import colours, fonts, html, pdf
from worker_core.reports.axes import ticks, time_ticks, whole
from worker_core.reports.charts import Band, Series, columns, lines, rows
from worker_core.reports.company import CompanyData, Outlook, title
from worker_core.reports.company import report as company_report
from worker_core.reports.content import (
    Block,
    Column,
    Facts,
    Figure,
    Grid,
    Heading,
    Note,
    Quotes,
    Report,
    Text,
    number,
    percent,
    plain,
    seconds,
)

NOW = datetime(2026, 11, 28, tzinfo=UTC)
EVIL = "</title><script>alert(1)</script>\x00\ud800\u202e & \"x\" 'y'"
MOMENTS = [NOW + timedelta(hours=n) for n in range(5)]


def figure(title: str = "Chart", label: str = "a") -> Figure:
    series = [Series(label, [1.0, 2.0, None]), Series("b", [0.5, -1.0, 2.0], "danger")]
    return Figure(title, f"{label} and b", partial(columns, [label, "x", "y"], series))


def report_of(*blocks: Block, title: str = "A report") -> Report:
    return Report(title, "about", NOW, blocks)


def everything(text: str) -> Report:
    """A report in which every place holds ``text``."""
    grid = Grid((Column(text), Column(text, numeric=True)), [(text, text)], text)
    return Report(
        text,
        text,
        NOW,
        (
            Heading(text),
            Text(text),
            Note("warning", text, text),
            Facts(((text, text),)),
            grid,
            Grid((Column(text),), [], text),
            Quotes(((text, text),)),
            figure(text, text),
            Figure(text, text, partial(rows, [text], [1.0], [text])),
        ),
    )


def words_of(document: bytes) -> str:
    found = pypdfium2.PdfDocument(document)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in found)
    finally:
        found.close()


def test_a_page_holds_no_script_and_fetches_nothing_whatever_the_names_are() -> None:
    page = html.render(everything(EVIL)).decode()
    assert "<script" not in page
    assert "</title><" not in page
    assert not re.search(r"""(?:src|href)\s*=|@import|url\((?!#)""", page)
    assert "\x00" not in page
    assert "\u202e" not in page
    assert "default-src 'none'" in page
    assert page.count("&lt;script&gt;") > 10


def test_the_charts_of_a_page_are_well_formed_and_share_no_name() -> None:
    page = html.render(report_of(figure(EVIL, EVIL), figure(), figure())).decode()
    drawings = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(drawings) == 3
    for drawing in drawings:
        root = ET.fromstring(drawing)  # noqa: S314 - made here
        assert root.attrib["role"] == "img"
        assert root.attrib["aria-label"]
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) == 3


def test_a_page_takes_its_colours_from_the_readers_theme_in_charts_too() -> None:
    page = html.render(report_of(figure())).decode()
    assert "prefers-color-scheme:dark" in page
    assert "@media print" in page
    assert "rgb(" not in page
    used = set(re.findall(r"var\(--(\w+)\)", page))
    assert used <= set(colours.palette("light")) == set(colours.palette("dark"))
    assert {"accent", "danger"} <= used


def test_no_two_colours_of_a_chart_are_written_alike() -> None:
    assert len(colours._by_percent()) == len(colours.palette("light"))


def test_the_same_chart_stands_in_the_document_as_vectors() -> None:
    report = report_of(figure(label="the label"))
    document = pypdfium2.PdfDocument(pdf.render(report))
    (page,) = document
    kinds = {one.type for one in page.get_objects(max_depth=5)}
    document.close()
    assert pypdfium2.raw.FPDF_PAGEOBJ_PATH in kinds
    assert pypdfium2.raw.FPDF_PAGEOBJ_IMAGE not in kinds
    assert "the label" in words_of(pdf.render(report))
    assert "the label" in html.render(report).decode()


@pytest.mark.parametrize(
    "name", ["Żółć Ångström", "Жёлтый Ελλάς", "日本電気", "中国石油", "한국전력"]
)
def test_names_of_many_scripts_are_in_both(name: str) -> None:
    report = report_of(Text(name), figure(name, name), title=name)
    assert name in words_of(pdf.render(report))
    assert name in html.render(report).decode()


def test_what_no_font_has_is_a_box_and_not_a_failure() -> None:
    assert "\N{WHITE SQUARE}" in words_of(pdf.render(report_of(Text("שלום \U0001f600"))))


def test_latin_greek_and_cyrillic_are_embedded() -> None:
    assert list(fonts.runs("Żółć Ж Ω")) == [(fonts.TEXT, "Żółć Ж Ω")]
    document = pdf.render(report_of(Text("Żółć")))
    assert document.count(b"/FontFile2") >= 1


def test_hostile_text_in_every_place_makes_a_document_all_the_same() -> None:
    assert "script" in words_of(pdf.render(everything(EVIL)))


@examples(max_examples=25)
@given(st.text(max_size=60))
def test_any_text_can_be_in_a_report(text: str) -> None:
    report = report_of(Text(text), Grid((Column(text),), [(text,)], ""), title=text)
    assert html.render(report).decode()
    assert pdf.render(report).startswith(b"%PDF")


def test_long_tables_and_long_words_run_over_pages() -> None:
    wide = [("x" * 5000, str(n)) for n in range(300)]
    report = report_of(Grid((Column("a"), Column("b", numeric=True)), wide, ""))
    document = pypdfium2.PdfDocument(pdf.render(report))
    pages = len(document)
    document.close()
    assert pages > 3


def test_the_same_report_gives_the_same_bytes() -> None:
    report = report_of(Heading("a"), figure())
    assert pdf.render(report) == pdf.render(report)
    assert html.render(report) == html.render(report)


@pytest.mark.parametrize(
    "draw",
    [
        partial(columns, [], [Series("a", [])]),
        partial(columns, ["a"], [Series("a", [None])]),
        partial(columns, ["a"] * 500, [Series("a", [1.0] * 500)]),
        partial(rows, [], [], []),
        partial(rows, ["x" * 300], [0.0], ["none"]),
        partial(lines, [], [Series("a", [])]),
        partial(lines, [NOW], [Series("a", [5.0])]),
        partial(lines, MOMENTS, [Series("a", [None] * 5)]),
        partial(lines, MOMENTS, [Series("a", [1.0, math.nan, math.inf, None, 2.0])]),
        partial(lines, MOMENTS, [Series("a", [7.0] * 5)], [Band("b", [1.0] * 5, [None] * 5)]),
    ],
)
def test_a_chart_of_little_or_nothing_is_drawn_empty(draw: "partial[Any]") -> None:
    report = report_of(Figure("t", "alt", draw))
    assert b"nan" not in html.render(report).split(b"<svg")[1]
    assert pdf.render(report)


def test_an_unknown_value_is_a_gap_in_its_line() -> None:
    drawing = lines(MOMENTS, [Series("a", [1.0, 2.0, None, 2.0, 1.0])])
    paths = [shape for shape in drawing.contents if type(shape).__name__ == "PolyLine"]
    assert [len(path.points) // 2 for path in paths] == [2, 2]


@given(st.floats(-1e12, 1e12), st.floats(1e-6, 1e12))
def test_ticks_are_few_and_within_their_axis(low: float, span: float) -> None:
    high = low + span
    found = ticks(low, high)
    assert len(found) <= 11
    slack = 1e-6 * max(abs(low), abs(high), span)
    assert all(low - slack <= one <= high + slack for one in found)


@pytest.mark.parametrize(
    ("low", "high", "ends"),
    [(0, 394.3, (0, 400)), (-3.1, 2.0, (-4, 2)), (5.0, 5.0, (5.0, 5.0)), (0, 1, (0, 1))],
)
def test_an_axis_ends_at_its_ticks(low: float, high: float, ends: tuple[float, float]) -> None:
    assert whole(low, high) == pytest.approx(ends)


@pytest.mark.parametrize("hours", [0.3, 1, 5, 30, 24 * 4, 24 * 20, 24 * 200, 24 * 4000])
def test_moments_below_an_axis_are_few_and_in_order(hours: float) -> None:
    first = NOW.timestamp() + 1234
    found = time_ticks(first, first + hours * 3600)
    assert 1 <= len(found) <= 9
    assert [at for at, _ in found] == sorted({at for at, _ in found})
    assert len({text for _, text in found}) == len(found)
    assert all(first <= at <= first + hours * 3600 for at, _ in found)


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (number(None), "–"),
        (number(math.nan), "–"),
        (number(0), "0"),
        (number(-1234.5), "−1234"),
        (number(12_345), "12.3k"),
        (number(391_035_000_000), "391B"),
        (number(18_000_000_000), "18.0B"),
        (title("eps_diluted_growth"), "EPS diluted growth"),
        (title("piotroski_f"), "Piotroski F"),
        (number(0.012345), "0.0123"),
        (seconds(None), "–"),
        (seconds(0.0), "0 ms"),
        (seconds(0.25), "250 ms"),
        (seconds(90), "90.0 s"),
        (seconds(4000), "66.7 min"),
        (percent(0.0451), "4.5 %"),
        (percent(-0.5), "−50.0 %"),
        (percent(None), "–"),
    ],
)
def test_numbers_as_they_are_written(shown: str, text: str) -> None:
    assert shown == text


def test_text_is_cut_where_it_is_too_long() -> None:
    assert plain("x" * 50, 10) == "x" * 9 + "…"


def test_days_of_several_units_are_named_once_each_and_at_even_distances() -> None:
    """The first day has but one unit before midnight, the others have four."""
    labels = ["22 Nov"] + [f"{day} Nov" for day in range(23, 29) for _ in range(4)]
    drawn = columns(labels, [Series("", [1.0] * len(labels))])
    named = [one for one in drawn.contents if getattr(one, "text", "").endswith("Nov")]
    assert [one.text for one in named] == [f"{day} Nov" for day in range(23, 29)]
    steps = {round(b.x - a.x, 1) for a, b in pairwise(named)}
    assert max(steps) - min(steps) < 3


def test_a_name_of_two_parts_is_broken_between_them_in_a_narrow_column() -> None:
    name = "document_processing.generate_document_summary"
    grid = Grid(
        (Column("Task", share=2), *(Column("n", True) for _ in range(5))), [(name, *"12345")], ""
    )
    said = words_of(pdf.render(report_of(grid)))
    assert {"document_processing.", "generate_document_summary"} <= set(said.split())


STEPS = [(NOW.date() + timedelta(days=n), 0.25, 0.2, 0.3, 0.1, 0.4) for n in range(2)]


def company(**more: Any) -> Report:
    return company_report(CompanyData("Harrow", "HVI", **more), NOW)


def test_forecasts_of_which_nothing_is_known_are_said_so_once_and_without_empty_figures() -> None:
    others = [
        Outlook(what, NOW.date(), 1.0, STEPS, notes=["Only 3 values."], share=share)
        for what, share in (("Revenue", False), ("Net margin", True))
    ]
    page = html.render(company(others=others)).decode()
    assert page.count("Only 3 values.") == 1
    assert "Revenue, Net margin. There was too little" in page
    assert "By chance, p" not in page
    assert "20.0 % to 30.0 %" in page
    assert "0.200 to 0.300" in page


def test_a_forecast_that_equals_the_naive_method_as_it_is_shown_is_not_called_better() -> None:
    outlook = Outlook("Price", NOW.date(), 1.0, STEPS, skill=0.9998, dm_p=1.0)
    assert "no better than the naive method" in html.render(company(outlook=outlook)).decode()


def test_anomalies_before_the_time_that_is_told_of_are_counted() -> None:
    day = NOW.date()
    page = html.render(
        company(anomalies_since=day, older_anomalies=[day - timedelta(days=n) for n in (5, 9)])
    ).decode()
    assert "No anomaly was found since 2026-11-28; before, 2, the latest on 2026-11-23." in page


def test_one_day_of_tone_is_a_sentence_and_no_chart() -> None:
    page = html.render(company(tone=[(NOW.date(), -0.0094, -0.0094)])).decode()
    assert "<svg" not in page
    assert "−0.0094 on 2026-11-28, the one day with a document" in page
