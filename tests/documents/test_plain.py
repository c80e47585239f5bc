"""Plain text: paragraphs from wrapped lines, and the SEC's submission files."""

from datetime import date

import pytest

from worker_core.documents.encoding import declared_encoding, decode
from worker_core.documents.lines import is_row, reflow
from worker_core.documents.model import Extract, Limits
from worker_core.documents.plain import read_text
from worker_core.documents.reading import extract_from

HEADER = """\
<SEC-DOCUMENT>0000109446-94-000005.txt : 19940323
<SEC-HEADER>
CONFORMED SUBMISSION TYPE:\t8-K
CONFORMED PERIOD OF REPORT:\t19940322
FILED AS OF DATE:\t\t19940323
FILER:
\tCOMPANY DATA:
\t\tCOMPANY CONFORMED NAME:\t\t\tZURN INDUSTRIES INC
</SEC-HEADER>
"""


def document(kind: str, text: str) -> str:
    return f"<DOCUMENT>\n<TYPE>{kind}\n<SEQUENCE>1\n<TEXT>\n{text}\n</TEXT>\n</DOCUMENT>\n"


def submission(*documents: str) -> Extract:
    return extract_from((HEADER + "".join(documents)).encode(), "filing.txt", Limits())


def test_wrapped_lines_become_a_paragraph_and_headings_stay_alone() -> None:
    text = """
                          ITEM 1.  BUSINESS

    The Company designs, makes and sells equipment for power generation and for
    the control of water, and it also sells golf clubs in the United States and
    abroad.

    GENERAL

    The Company was founded in 1900 in Erie, Pennsylvania, and has been listed on
    the New York Stock Exchange since then.
    """
    assert read_text(text.encode(), Limits()).text.split("\n") == [
        "ITEM 1. BUSINESS",
        (
            "The Company designs, makes and sells equipment for power generation and for the "
            "control of water, and it also sells golf clubs in the United States and abroad."
        ),
        "GENERAL",
        (
            "The Company was founded in 1900 in Erie, Pennsylvania, and has been listed on the New "
            "York Stock Exchange since then."
        ),
    ]


def test_double_spaced_text_is_joined_as_well() -> None:
    lines = [
        "The Company announced today that it expects the fourth quarter to be only marginally",
        "",
        "profitable and substantially below both last year's fourth quarter earnings of",
        "",
        "$.47 per share, excluding gains.",
    ]
    assert len(reflow(lines)) == 1


def test_columns_become_cells_and_dot_leaders_disappear() -> None:
    assert reflow(["Net sales ........   $ 391,035     383,285", "Total     1      2"]) == [
        "Net sales\t$ 391,035\t383,285",
        "Total\t1\t2",
    ]


@pytest.mark.parametrize(
    ("line", "row"),
    [
        ("Net sales 3,393 3,540 4 (3)", True),
        ("Net sales\t3,393", True),
        ("$16,845 $19,377 (13)%", True),
        ("Net sales rose by 5% to $3,540 million in 2024.", False),
        ("Item 1A. Risk Factors", False),
        ("Revenue was up", False),
    ],
)
def test_a_row_is_told_from_a_sentence_with_numbers(line: str, row: bool) -> None:
    assert is_row(line) is row


def test_a_submission_gives_its_main_document_and_states_when_it_was_filed() -> None:
    extract = submission(document("8-K", "FORM 8-K\nITEM 5. OTHER EVENTS\nNews."))
    assert extract.cover.company == "ZURN INDUSTRIES INC"
    assert extract.cover.form_type == "8-K"
    assert extract.cover.period == date(1994, 3, 22)
    assert extract.cover.filing_date == date(1994, 3, 23)
    assert extract.text == "FORM 8-K\nITEM 5. OTHER EVENTS\nNews."
    assert extract.truncated == ()


def test_press_releases_are_read_with_a_submission_and_other_exhibits_are_counted() -> None:
    extract = submission(
        document("8-K", "ITEM 2.02 Results."),
        document("EX-10.1", "Agreement."),
        document("EX-99.1", "<html><body><p>Net sales rose.</p></body></html>"),
        document("GRAPHIC", "begin 644 logo.jpg"),
    )
    assert extract.text == "ITEM 2.02 Results.\nNet sales rose."
    assert extract.truncated[0].startswith("2 of the 4 documents in this submission")


def test_a_submission_whose_main_document_is_html_says_so() -> None:
    extract = submission(document("10-K", "<html><body><p>Net sales rose.</p></body></html>"))
    assert (extract.mime, extract.text) == ("text/html", "Net sales rose.")


def test_bytes_that_are_not_utf_8_are_read_as_windows_1252() -> None:
    assert decode("caf\u00e9 ".encode() + "“caf\u00e9”".encode("cp1252")) == "caf\u00e9 “caf\u00e9”"


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_recognised_without_its_mark(codec: str) -> None:
    assert decode("Net sales rose in 2024.".encode(codec)) == "Net sales rose in 2024."


def test_a_declaration_cannot_name_a_codec_that_is_no_character_set() -> None:
    assert declared_encoding(b'<meta charset="punycode">') is None
    assert declared_encoding(b'<meta charset="zlib">') is None
    assert declared_encoding(b'<meta charset="gb2312">') == "gb2312"
