"""Files that are broken, mislabelled or made to do harm: each is refused for a stated reason."""

import io
import os
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tests.documents.builders import inline
from worker_core import documents
from worker_core.documents import DocumentError, Limits, ParsedDocument
from worker_core.documents.reading import read

Drop = Callable[..., ParsedDocument]
Refusal = Callable[..., DocumentError]
Pdf = Callable[..., bytes]

MIB = 1024 * 1024


def png(width: int = 40, height: int = 40) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    rows = b"".join(b"\0" + bytes([120]) * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def pdf_with_stream(stream: bytes, filters: bytes) -> bytes:
    """A one-page PDF whose page is drawn by ``stream``."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>",
        b"<</Length %d/Filter %s>>\nstream\n%s\nendstream" % (len(stream), filters, stream),
    ]
    data, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return data + (
        b"xref\n0 5\n0000000000 65535 f \n%strailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (table, len(data))
    )


def blanks(gigabytes: int) -> bytes:
    """So many gigabytes of blanks, deflated."""
    packer = zlib.compressobj(9)
    piece = b" " * MIB
    return b"".join(packer.compress(piece) for _ in range(1024 * gigabytes)) + packer.flush()


def test_an_empty_file_is_refused_with_what_to_do_next(refusal: Refusal) -> None:
    error = refusal("10-K.htm", b"")
    assert error.code == "empty"
    assert "0 bytes" in error.message
    assert "drop it again" in error.remedy


def test_a_folder_is_refused_as_a_folder(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        documents.parse(tmp_path, "filings", Limits())
    assert caught.value.code == "folder"
    assert "filings is a folder" in caught.value.message


def test_an_image_named_pdf_is_said_to_be_a_png_image(refusal: Refusal) -> None:
    error = refusal("report.pdf", png())
    assert error.code == "wrong_type"
    assert "PNG image" in error.message
    assert "OCR" in error.remedy


def test_an_image_under_its_own_name_is_unsupported(refusal: Refusal) -> None:
    assert refusal("chart.png", png()).code == "unsupported"


def test_a_pdf_with_a_password_is_refused_as_encrypted(refusal: Refusal, pdf: Pdf) -> None:
    error = refusal("locked.pdf", pdf(["Net sales rose."], encrypt="secret"))
    assert error.code == "encrypted"
    assert "password" in error.message


def test_a_pdf_cut_in_the_middle_is_refused_as_truncated(refusal: Refusal, pdf: Pdf) -> None:
    whole = pdf(*(["Net sales rose by five percent."] for _ in range(20)))
    error = refusal("report.pdf", whole[: len(whole) // 8])
    assert error.code == "truncated"
    assert "Download it again" in error.remedy


def test_a_pdf_that_lost_only_its_end_is_read_and_the_loss_recorded(drop: Drop, pdf: Pdf) -> None:
    whole = pdf(["Net sales rose by five percent."])
    document = drop("report.pdf", whole.replace(b"%%EOF", b""))
    assert "Net sales rose" in document.text
    assert any("cut off" in line for line in document.truncated)


def test_a_stream_packed_twice_is_refused_before_it_unpacks(refusal: Refusal) -> None:
    bomb = pdf_with_stream(zlib.compress(blanks(1), 9), b"[/FlateDecode /FlateDecode]")
    assert len(bomb) < 10_000
    assert refusal("small.pdf", bomb).code == "bomb"


def test_a_stream_packed_twice_under_a_disguised_name_runs_into_the_memory_limit(
    refusal: Refusal,
) -> None:
    bomb = pdf_with_stream(zlib.compress(blanks(1), 9), b"[/FlateDecode /#46lateDecode]")
    error = refusal("small.pdf", bomb, Limits(memory_mb=300))
    assert error.code == "memory"
    assert "300 MB" in error.message


def test_a_text_beyond_the_size_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(200 * MIB)
    with pytest.raises(DocumentError) as caught:
        documents.parse(path, "huge.txt", Limits())
    assert caught.value.code == "too_large"
    assert "200 MB" in caught.value.message
    assert "100 MB" in caught.value.message


def test_a_text_of_200_mb_within_the_size_limit_is_cut_and_the_cut_recorded(
    tmp_path: Path,
) -> None:
    path = tmp_path / "huge.txt"
    sentence = b"Net sales rose by five percent in the year.\n"
    with path.open("wb") as file:
        for _ in range(200):
            file.write(sentence * (MIB // len(sentence) + 1))
    limits = Limits(max_bytes=300 * MIB, max_characters=1_000_000, memory_mb=512)
    document = documents.parse(path, "huge.txt", limits)
    assert len(document.text) == 1_000_000
    assert document.truncated == ("Only the first 1,000,000 characters were kept.",)


def test_a_zip_bomb_named_docx_is_refused_by_its_declared_size(refusal: Refusal) -> None:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/document.xml", "w") as member,
    ):
        for _ in range(600):
            member.write(b"\0" * MIB)
    error = refusal("letter.docx", buffer.getvalue())
    assert error.code == "bomb"
    assert "600 MB" in error.message


def test_a_docx_that_lies_about_its_size_does_not_unpack_further(refusal: Refusal) -> None:
    honest = zipped(
        {"word/document.xml": b"<w>" + b" " * (40 * MIB), "[Content_Types].xml": b"<x/>"}
    )
    size = struct.pack("<I", 40 * MIB + 3)
    assert honest.count(size) == 2
    assert refusal("letter.docx", honest.replace(size, struct.pack("<I", 500))).code == "damaged"


def test_a_zip_in_a_zip_is_not_opened(refusal: Refusal) -> None:
    inner = zipped({"10-K.htm": b"<html>"})
    error = refusal("filings.zip", zipped({"filings.zip": inner}))
    assert error.code == "unsupported"
    assert "Unpack it" in error.remedy


def test_a_workbook_whose_parts_are_no_xml_is_damaged(refusal: Refusal) -> None:
    workbook = zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"})
    error = refusal("model.xlsx", workbook)
    assert error.code == "damaged"
    assert "workbook" in error.message


@pytest.mark.skipif(sys.platform == "win32", reason="needs processor timers")
def test_200_000_nested_blocks_are_given_up_long_before_the_time_limit(refusal: Refusal) -> None:
    nested = b"<html><body>" + b"<div>" * 200_000 + b"Net sales" + b"</div>" * 200_000
    error = refusal("page.html", nested, Limits(wall_seconds=120))
    assert error.code == "bomb"
    assert "nested" in error.message


def test_deep_nesting_of_tables_and_letters_is_read_without_recursion(drop: Drop) -> None:
    deep = b"<table><tr><td>" * 3000 + b"<b><i>" * 20_000 + b"Net sales rose."
    assert drop("page.html", deep).text == "Net sales rose."


def test_a_file_that_vanished_says_that_it_did(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        documents.parse(tmp_path / "gone.htm", "gone.htm", Limits())
    assert caught.value.code == "vanished"
    assert "from where it is now" in caught.value.remedy


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.htm")
    with pytest.raises(DocumentError) as caught:
        documents.parse(tmp_path / "pipe.htm", "pipe.htm", Limits())
    assert caught.value.code == "unsupported"


def test_a_name_with_line_breaks_and_direction_marks_is_shown_as_one_plain_line(
    refusal: Refusal,
) -> None:
    error = refusal("annual\nreport\u202efdp.exe\u200f", b"")
    assert error.message == "annual reportfdp.exe is empty: it holds 0 bytes."


def test_a_file_with_such_a_name_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a\nb\u202etxt.\u200fhtm"
    path.write_text("<p>Net sales rose.</p>", "utf-8")
    assert documents.parse(path, path.name, Limits()).text == "Net sales rose."


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="needs names that are bytes")
def test_a_file_whose_name_is_no_text_is_read(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.htm"))
    path.write_text("<p>Net sales rose.</p>")
    assert documents.parse(path, path.name, Limits()).text == "Net sales rose."


def test_a_scanned_pdf_is_sent_to_text_recognition(refusal: Refusal) -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.drawImage(ImageReader(io.BytesIO(png(200, 200))), 0, 0, 500, 700)
    canvas.showPage()
    canvas.save()
    error = refusal("scan.pdf", buffer.getvalue())
    assert error.code == "scanned"
    assert "OCR" in error.remedy


def test_a_pdf_of_blank_pages_holds_no_text(refusal: Refusal, pdf: Pdf) -> None:
    assert refusal("blank.pdf", pdf([], [])).code == "no_text"


def test_binary_data_is_refused_whatever_its_name(refusal: Refusal) -> None:
    blob = bytes(range(256)) * 400
    assert refusal("release.txt", blob).code == "wrong_type"
    assert refusal("core.bin", blob).code == "unsupported"


def test_null_bytes_in_html_are_skipped(drop: Drop) -> None:
    assert drop("page.html", b"<html>\0<p>Net\0 sales\0 rose.</p></html>").text == "Net sales rose."


def test_a_page_without_visible_words_holds_no_text(refusal: Refusal) -> None:
    hidden = "<html><body><p style='display:none'>Net sales</p><script>x()</script></body></html>"
    assert refusal("page.html", hidden).code == "no_text"


@settings(deadline=None)
@given(
    start=st.sampled_from(
        ["", "<html>", "%PDF-1.4", "PK\x03\x04", "<DOCUMENT><TYPE>", "Item 1. ", "\xff\xfe"]
    ),
    content=st.binary(max_size=600),
)
def test_whatever_a_file_holds_it_is_read_or_refused(start: str, content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(start.encode("latin-1") + content)
        with suppress(DocumentError):
            assert read(path, "file", Limits()).text.strip()


def test_an_old_word_file_is_told_from_an_encrypted_new_one(refusal: Refusal) -> None:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    assert refusal("letter.doc", old).code == "unsupported"
    locked = old + "EncryptedPackage".encode("utf-16-le")
    assert refusal("letter.docx", locked).code == "encrypted"


def test_data_files_are_not_taken_for_documents(refusal: Refusal) -> None:
    assert "JSON" in refusal("prices.json", '{"prices": {"AAPL": [1, 2]}}').message
    assert "XML" in refusal("filing.xml", "<?xml version='1.0'?><xbrl></xbrl>").message
    assert "e-mail" in refusal("mail.eml", "MIME-Version: 1.0\nSubject: results\n\nHello").message


def test_a_10_k_without_items_is_read_as_a_text_without_sections(drop: Drop) -> None:
    page = (
        "<html><body><p>UNITED STATES SECURITIES AND EXCHANGE COMMISSION</p><p>FORM 10-K</p>"
        "<p>EXAMPLE CORP</p><p>(Exact name of registrant as specified in its charter)</p>"
        "<p>We make things, and sales rose in 2024.</p></body></html>"
    )
    document = drop("10-K.htm", page)
    assert (document.form_type, document.company) == ("10-K", "EXAMPLE CORP")
    assert document.sections == ()
    assert "sales rose" in document.text


def test_a_page_pasted_together_from_two_encodings_is_read(drop: Drop) -> None:
    page = "<html><meta charset='iso-8859-1'><p>Müller’s sales</p>".encode()
    page += "<p>Société “générale”</p></html>".encode("cp1252")
    assert drop("10-K.htm", page).text == "Müller’s sales\nSociété “générale”"


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("a.xlsx", b"PK\x03\x04"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook\0".encode("utf-16-le")),
        ("a.csv", b"a,b\n"),
        ("a.json", b'{"facts": {'),
        ("a.txt", b"<SUBMISSION>\n<DOCUMENT>\n<TYPE>10-K\n<TEXT>begin 644 a\n"),
        ("a.htm", b'<html><ix:header><xbrli:context id="a"><ix:nonFraction contextRef="a" '),
    ],
)
@settings(deadline=None)
@given(content=st.binary(max_size=600))
def test_any_rest_of_a_file_ends_in_a_document_or_a_stated_reason(
    name: str, start: bytes, content: bytes
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(start + content)
        with suppress(DocumentError):
            assert read(path, name, Limits()).text.strip()


def test_facts_of_endless_words_are_kept_within_bounds(drop: Drop) -> None:
    members = "".join(
        f'<xbrldi:explicitMember dimension="a:Axis{n}">{"m" * 200}</xbrldi:explicitMember>'
        for n in range(20)
    )
    context = (
        f'<xbrli:context id="c"><xbrli:segment>{members}</xbrli:segment><xbrli:period>'
        "<xbrli:instant>2024-12-31</xbrli:instant></xbrli:period></xbrli:context>"
    )
    tags = "".join(
        f'<ix:nonFraction name="a:B{n}" contextRef="c">{n}</ix:nonFraction>' for n in range(9000)
    )
    document = drop("10-K.htm", f"<html><ix:header>{context}</ix:header><p>{tags}</p></html>")
    assert 1000 < len(document.facts) < 9000
    assert "reported values were kept" in document.truncated[-1]


@pytest.mark.parametrize(
    "opening",
    [
        '<ix:nonFraction name="a:B" contextRef="y" unitRef="usd">1',
        '<xbrli:context id="c{}"><xbrli:instant>2024-12-31</xbrli:instant>',
    ],
)
def test_tags_inside_tags_are_given_up_before_the_time_for_a_document(
    refusal: Refusal, opening: str
) -> None:
    nested = "".join(opening.format(n) for n in range(200_000))
    page = inline('<ix:nonFraction name="a:B" contextRef="y">1</ix:nonFraction>' + nested)
    error = refusal("10-K.htm", page, Limits(wall_seconds=60))
    assert error.code == "bomb"
    assert "nested" in error.message
