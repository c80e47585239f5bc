"""HTML as lines: what is kept, what is left out, and how tables come out."""

from datetime import date

import pytest

from worker_core.documents.html import read_html
from worker_core.documents.model import Extract, Limits


def read(page: str | bytes, **limits: int) -> Extract:
    return read_html(page.encode() if isinstance(page, str) else page, Limits(**limits))


def test_each_block_becomes_a_line_and_inline_elements_do_not() -> None:
    page = "<div>Net <b>sa</b>les\n  rose</div>by<p>five<br>percent</p><ul><li>one<li>two</ul>end"
    assert read(page).text.split("\n") == [
        "Net sales rose", "by", "five", "percent", "one", "two", "end",
    ]  # fmt: skip


def test_hidden_inline_xbrl_does_not_leak_into_the_text() -> None:
    page = """
        <div style="display:none"><ix:header><ix:hidden>
          <ix:nonNumeric name="dei:EntityCentralIndexKey">0000320193</ix:nonNumeric>
        </ix:hidden></ix:header></div>
        <p>Net sales were
        $<ix:nonFraction name="us-gaap:Revenues" scale="6">391,035</ix:nonFraction> million.</p>
        <p style="color:red; DISPLAY: none">unseen</p><p hidden>unseen</p>
        <script>unseen()</script><style>p {}</style>"""
    assert read(page).text == "Net sales were $391,035 million."


def test_a_hidden_body_is_read_all_the_same() -> None:
    assert read('<body style="display:none"><p>Net sales rose.</p></body>').text


def test_a_table_row_is_one_line_with_its_signs_beside_their_numbers() -> None:
    cells = ("Net loss", "", "$", "(1,234", ")", "12", "%")
    row = "".join(f"<td>{cell}</td>" for cell in cells)
    assert read(f"<table><tr>{row}</tr></table>after").text == "Net loss\t$(1,234)\t12%\nafter"


def test_a_bullet_in_a_column_of_its_own_joins_its_text() -> None:
    page = "<table><tr><td>•</td><td><p>Revenue rose.</p></td></tr></table>"
    assert read(page).text == "• Revenue rose."


def test_a_table_that_lays_out_the_page_keeps_its_paragraphs_apart() -> None:
    prose = "Net sales rose by five percent in the year because of higher volumes. " * 5
    page = f"<table><tr><td><p>{prose}</p><p>{prose}</p></td></tr></table>"
    assert read(page).text.split("\n") == [prose.strip(), prose.strip()]


def test_a_table_in_a_table_gives_its_own_rows() -> None:
    inner = "<table><tr><td>a</td><td>1</td></tr><tr><td>b</td><td>2</td></tr></table>"
    filler = "<p>" + "x" * 500 + "</p>"
    page = f"<table><tr><td>{filler}{inner}</td></tr></table>"
    assert read(page).text.split("\n")[1:] == ["a\t1", "b\t2"]


def test_preformatted_text_is_joined_from_its_wrapped_lines() -> None:
    page = """<pre>
The company's net sales rose by five percent in the fiscal year, because of the
higher volumes and because of better prices.

Net sales          391,035      383,285
</pre>"""
    assert read(page).text.split("\n") == [
        (
            "The company's net sales rose by five percent in the fiscal year, because of the "
            "higher volumes and because of better prices."
        ),
        "Net sales\t391,035\t383,285",
    ]


def test_a_sentence_that_a_page_number_cuts_in_two_is_joined() -> None:
    page = "<p>The company believes, as well as</p><p>4</p><p>others do, that sales rise.</p>"
    assert read(page).text == "The company believes, as well as others do, that sales rise."


def test_direction_marks_and_soft_hyphens_are_removed() -> None:
    assert read("<p>Net\u202e sa\u00adles\u200b rose\ufeff.</p>").text == "Net sales rose."


def test_text_beyond_the_limit_is_cut_and_the_cut_recorded() -> None:
    extract = read("<p>Net sales rose.</p>" * 1000, max_characters=200)
    assert len(extract.text) == 200
    assert extract.truncated == ("Only the first 200 characters were kept.",)


@pytest.mark.parametrize(
    "page",
    [
        "<meta charset=utf-8><p>Société Générale’s profit</p>".encode(),
        "<meta charset=iso-8859-1><p>Société Générale’s profit</p>".encode(),
        "<p>Société Générale’s profit</p>".encode("cp1252"),
        "\ufeff<p>Société Générale’s profit</p>".encode("utf-16-le"),
        "<p>Société Générale".encode() + "’s profit</p>".encode("cp1252"),
        b"<p>Soci&eacute;t&#233; G&eacute;n&eacute;rale&#146;s profit</p>",
    ],
    ids=["utf-8", "wrongly declared", "windows-1252", "utf-16", "mixed", "entities"],
)
def test_text_is_the_same_in_every_encoding(page: bytes) -> None:
    assert read(page).text == "Société Générale’s profit"


def test_a_declared_encoding_that_nothing_else_explains_is_believed() -> None:
    page = '<meta charset="shift_jis"><p>売上高は増加した。</p>'.encode("shift_jis")
    assert read(page).text == "売上高は増加した。"


def test_cover_facts_come_from_the_dei_tags_and_the_ticker_is_that_of_the_shares() -> None:
    def tag(name: str, value: str, context: str = "c1") -> str:
        return f'<ix:nonNumeric name="dei:{name}" contextRef="{context}">{value}</ix:nonNumeric>'

    page = "<p>" + " ".join(
        [
            tag("DocumentType", "10-K"),
            tag("EntityRegistrantName", "COCA COLA CO"),
            tag("DocumentPeriodEndDate", "December\u00a031, 2023"),
            tag("Security12bTitle", "0.500% Notes Due 2024", "n"),
            tag("TradingSymbol", "KO24", "n"),
            tag("Security12bTitle", "Common Stock, $0.25 Par Value", "s"),
            tag("TradingSymbol", "KO", "s"),
        ]
    )
    cover = read(page).cover
    assert (cover.form_type, cover.company, cover.ticker, cover.period) == (
        "10-K", "COCA COLA CO", "KO", date(2023, 12, 31),
    )  # fmt: skip


EMPTY = '<td style="display:none"></td><td colspan="3" style="display:none"/>'
HEADER = '<div style="display:none"><ix:header>secret</ix:header></div>'


@pytest.mark.parametrize(
    "hidden",
    [
        "",
        '<tr style="display:none"><td>secret</td></tr>',
        '<tr style="display:none"/><td>secret</td></tr>',
        '<tr><td style="display:none">secret</td></tr>',
        '<tr><td style="display: none"><b>secret</b></td></tr>',
        '<tr><td><span style="DISPLAY: none">secret</span></td></tr>',
        '<tr><td><span style="visibility:hidden">secret</span></td></tr>',
        "<tr><td><span hidden>secret</span></td></tr>",
        '<tr><td><div style="display:none"><ix:header>a</ix:header>secret</div></td></tr>',
    ],
)
def test_what_is_hidden_beside_empty_cells_and_the_header_is_not_read(hidden: str) -> None:
    page = f"<html>{HEADER}<table><tr>{EMPTY}<td>Net sales</td><td>12</td></tr>{hidden}</table>"
    assert read_html(page.encode(), Limits()).text == "Net sales\t12"
