"""Full submissions: the main document, the exhibits, and what is encoded in them."""

import binascii
from collections.abc import Callable
from datetime import date

from tests.documents.builders import inline, tag
from worker_core.documents import DocumentError, Limits, ParsedDocument
from worker_core.documents.submission import uudecoded

Drop = Callable[..., ParsedDocument]
Refusal = Callable[..., DocumentError]
Pdf = Callable[..., bytes]

HEADER = """<SUBMISSION>
<ACCESSION-NUMBER>0000320193-24-000123
<TYPE>10-K
<PERIOD>20240928
<FILING-DATE>20241101
<FILER>
<COMPANY-DATA>
<CONFORMED-NAME>Apple Inc.
<CIK>0000320193
</COMPANY-DATA>
</FILER>
"""


def part(kind: str, text: str, name: str = "a.htm", description: str = "") -> str:
    more = f"<DESCRIPTION>{description}\n" if description else ""
    return (
        f"<DOCUMENT>\n<TYPE>{kind}\n<SEQUENCE>1\n<FILENAME>{name}\n{more}<TEXT>\n{text}\n</TEXT>\n"
        "</DOCUMENT>\n"
    )


def uuencoded(data: bytes, name: str = "a.pdf") -> str:
    lines = [binascii.b2a_uu(data[at : at + 45]).decode() for at in range(0, len(data), 45)]
    return f"begin 644 {name}\n{''.join(lines)}`\nend"


def test_the_header_s_tags_state_company_form_period_and_date(drop: Drop) -> None:
    document = drop("full.txt", HEADER + part("10-K", "<html><p>Net sales rose.</p></html>"))
    assert (document.form_type, document.company) == ("10-K", "Apple Inc.")
    assert (document.period, document.filing_date) == (date(2024, 9, 28), date(2024, 11, 1))


def test_the_main_document_is_read_and_the_exhibits_are_listed(drop: Drop) -> None:
    document = drop(
        "full.txt",
        HEADER
        + part("GRAPHIC", uuencoded(b"\xff\xd8\xff picture"), "logo.jpg")
        + part("10-K", f"<XBRL>\n{inline(tag('5'))}\n</XBRL>", "aapl.htm", "ANNUAL REPORT")
        + part("EX-31.1", "<html><p>I certify.</p></html>", "ex31.htm")
        + part("EX-99.1", "<html><p>Press release.</p></html>", "ex99.htm"),
    )
    assert [(p.kind, p.name, bool(p.left_out)) for p in document.parts] == [
        ("GRAPHIC", "logo.jpg", True),
        ("10-K", "aapl.htm", False),
        ("EX-31.1", "ex31.htm", True),
        ("EX-99.1", "ex99.htm", False),
    ]
    assert document.parts[1].description == "ANNUAL REPORT"
    assert "Press release." in document.text
    assert "certify" not in document.text
    assert [fact.value for fact in document.facts] == [5]
    assert "2 of the 4 documents" in document.truncated[0]


def test_a_submission_of_exhibits_alone_is_read_from_the_first(drop: Drop) -> None:
    document = drop(
        "full.txt",
        HEADER
        + part("EX-10.1", "<html><p>The agreement.</p></html>", "ex10.htm")
        + part("EX-10.2", "<html><p>Another one.</p></html>", "ex102.htm"),
    )
    assert document.text == "The agreement."


def test_a_pdf_that_is_uuencoded_is_read(drop: Drop, pdf: Pdf) -> None:
    body = f"<PDF>\n{uuencoded(pdf(['Net sales rose by five percent.']))}\n</PDF>"
    document = drop("full.txt", HEADER + part("10-K", body, "a.pdf"))
    assert "Net sales rose by five percent." in document.text
    assert document.mime == "application/pdf"


def test_encoders_that_pad_their_lines_are_understood() -> None:
    data = bytes(range(90))
    lines = [binascii.b2a_uu(data[at : at + 45]).rstrip(b"\n") for at in (0, 45)]
    assert uudecoded(b"\n".join([*lines, b"`", b"end"])) == data
    assert uudecoded(b"\r\n".join([line + b"a" for line in lines] + [b"end"])) == data
    assert uudecoded(b"\xff not encoded at all") == b""


def test_a_submission_of_nothing_readable_fails_as_its_main_document(refusal: Refusal) -> None:
    body = uuencoded(b"%PDF-1.4 and nothing else")
    assert refusal("full.txt", HEADER + part("10-K", body)).code in {"damaged", "truncated"}


def test_a_submission_in_a_submission_is_not_followed_for_ever(drop: Drop) -> None:
    inner = HEADER + part("10-K", "The innermost text.")
    for _ in range(6):
        inner = HEADER + part("10-K", uuencoded(inner.encode(), "a.txt"))
    assert drop("nested.txt", inner).text


def test_beginnings_without_ends_take_no_more_time_than_their_length(drop: Drop) -> None:
    document = drop(
        "open.txt", HEADER + "<DOCUMENT>\n<TYPE>10-K\n" * 20_000, Limits(wall_seconds=20)
    )
    assert document.text
