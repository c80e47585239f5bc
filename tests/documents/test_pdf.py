"""PDFs: pages, limits and lost letters. The sandbox around them is tested elsewhere."""

from collections.abc import Callable

import pytest

from worker_core.documents.ligatures import repair
from worker_core.documents.model import Limits
from worker_core.documents.pdf import read_pdf

Pdf = Callable[..., bytes]


def test_wrapped_lines_of_a_page_become_sentences_again(pdf: Pdf) -> None:
    data = pdf(
        [
            "Net sales rose by five percent in the year, because volumes were higher and",
            "because prices were better than in the year before.",
            "Outlook",
            "The company expects more of the same.",
        ]
    )
    extract = read_pdf(data, "report.pdf", Limits())
    assert extract.pages == 1
    assert extract.text.split("\n") == [
        (
            "Net sales rose by five percent in the year, because volumes were higher and because "
            "prices were better than in the year before."
        ),
        "Outlook",
        "The company expects more of the same.",
    ]


def test_a_sentence_goes_on_over_the_page_and_page_numbers_are_dropped(pdf: Pdf) -> None:
    data = pdf(
        ["Net sales rose because volumes were higher and", "12"], ["because prices rose.", "13"]
    )
    assert read_pdf(data, "report.pdf", Limits()).text == (
        "Net sales rose because volumes were higher and because prices rose."
    )


def test_pages_beyond_the_limit_are_left_out_and_counted(pdf: Pdf) -> None:
    data = pdf(*([f"This is page {number}."] for number in range(5)))
    extract = read_pdf(data, "report.pdf", Limits(max_pages=2))
    assert extract.text == "This is page 0.\nThis is page 1."
    assert extract.pages == 5
    assert extract.truncated == ("Only the first 2 of 5 pages were read.",)


def test_reading_stops_at_the_limit_on_characters(pdf: Pdf) -> None:
    data = pdf(*(["Net sales rose by five percent in the year."] for _ in range(50)))
    extract = read_pdf(data, "report.pdf", Limits(max_characters=100))
    assert len(extract.text) == 100
    assert extract.truncated == ("Only the first 100 characters were kept.",)


def test_a_pdf_that_only_its_owner_may_change_is_read(pdf: Pdf) -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption

    locked = StandardEncryption("", ownerPassword="secret", canModify=0)
    data = pdf(["Net sales rose."], encrypt=locked)
    assert read_pdf(data, "report.pdf", Limits()).text == "Net sales rose."


@pytest.mark.parametrize(
    ("lost", "found"),
    [
        (
            "\ufffenancial results for the \uffferst quarter",
            "financial results for the first quarter",
        ),
        ("Chief Financial O\ufffecer", "Chief Financial Officer"),
        (
            "signi\ufffecant cash \ufffeow and e\ufffeective tax",
            "significant cash flow and effective tax",
        ),
        ("long\ufffeterm and non\ufffeGAAP", "long-term and non-GAAP"),
        ("nothing is lost", "nothing is lost"),
    ],
)
def test_lost_ligatures_are_told_from_hyphens(lost: str, found: str) -> None:
    assert repair(lost) == found
