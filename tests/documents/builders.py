"""Files in the formats of offices, as small as they can be."""

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from html import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

Value = str | float | None


def zipped(members: Mapping[str, bytes | str], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def damaged(archive: bytes, member: str) -> bytes:
    """The archive with the packed content of a member, behind its beginning, written over."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        info = opened.getinfo(member)
    first = info.header_offset + 30 + len(info.filename) + 10
    end = info.header_offset + 30 + len(info.filename) + info.compress_size
    return archive[:first] + b"\xff" * (end - first) + archive[end:]


def workbook(sheets: Mapping[str, str], **parts: str) -> bytes:
    """A workbook of sheets given as the XML inside their ``sheetData``.

    ``parts``: the content of ``styles`` or ``sharedStrings``, or all of a ``dimension``.
    """
    names = list(sheets)
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="r{n}"/>'
        for n, name in enumerate(names, start=1)
    )
    relations = "".join(
        f'<Relationship Id="r{n}" Type="{_RELATIONS}/worksheet" Target="worksheets/s{n}.xml"/>'
        for n in range(1, len(names) + 1)
    )
    members = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{listed}</sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{_PACKAGE}">{relations}</Relationships>'
        ),
    }
    dimension = parts.pop("dimension", "")
    for n, name in enumerate(names, start=1):
        members[f"xl/worksheets/s{n}.xml"] = (
            f'<worksheet xmlns="{_MAIN}">{dimension}<sheetData>{sheets[name]}</sheetData>'
            "</worksheet>"
        )
    members |= {f"xl/{name}.xml": content for name, content in parts.items()}
    return zipped(members)


def rows(table: Sequence[Sequence[Value]]) -> str:
    """The XML of rows of text and numbers."""
    xml = []
    for number, values in enumerate(table, start=1):
        cells = []
        for column, value in enumerate(values):
            place = f"{chr(65 + column)}{number}"
            if isinstance(value, str):
                cells.append(f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>')
            elif value is not None:
                cells.append(f'<c r="{place}"><v>{value}</v></c>')
        xml.append(f'<row r="{number}">{"".join(cells)}</row>')
    return "".join(xml)


def old_workbook(table: Sequence[Sequence[Value]], *, protected: bool = False) -> bytes:
    """A workbook of the format before 2007 with one sheet, named "Old"."""

    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def text(value: str) -> bytes:
        return struct.pack("<HB", len(value), 0) + value.encode("latin-1")

    begin = struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)
    lock = record(0x002F, b"\x00\x00" + b"\x01\x02" * 2) if protected else b""
    name = b"\x03\x00Old"
    head = record(0x0809, begin) + lock + record(0x0042, b"\xb0\x04")
    offset = len(head) + 4 + 6 + len(name) + 4
    globals_ = head + record(0x0085, struct.pack("<IH", offset, 0) + name) + record(0x000A, b"")
    body = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
    for at, values in enumerate(table):
        for column, value in enumerate(values):
            place = struct.pack("<HHH", at, column, 0)
            if isinstance(value, str):
                body += record(0x0204, place + text(value))
            elif value is not None:
                body += record(0x0203, place + struct.pack("<d", value))
    return _compound(globals_ + body + record(0x000A, b""))


def _compound(stream: bytes) -> bytes:
    """The container of old Office files with one stream, "Workbook"."""
    stream = stream.ljust(max(4096, -len(stream) % 512 + len(stream)), b"\0")
    sectors = len(stream) // 512
    end, special, free = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
    chain = [special, end, *range(3, sectors + 2), end]
    table = struct.pack("<128I", *chain, *([free] * (128 - len(chain))))

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        raw = (name + "\0").encode("utf-16-le")
        return (
            raw.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(raw), kind, 1, free, free, child)
            + b"\0" * 36
            + struct.pack("<III", start, size, 0)
        )

    directory = (
        entry("Root Entry", 5, 1, end, 0) + entry("Workbook", 2, free, 2, len(stream))
    ).ljust(512, b"\0")
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 16
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + b"\0" * 6
        + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0)
        + struct.pack("<I", 0)
        + struct.pack("<I", free) * 108
    )
    return header + table + directory + stream


def inline(facts: str, *, contexts: str = "", units: str = "", rest: str = "") -> str:
    """A page of inline XBRL with the year 2024 as context ``y``, its end as ``e``, and dollars."""
    return f"""<?xml version="1.0"?>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:ix="http://www.xbrl.org/2013/inlineXBRL"
 xmlns:xbrli="http://www.xbrl.org/2003/instance"><body><ix:header><ix:resources>
<xbrli:context id="y"><xbrli:entity><xbrli:identifier scheme="s">1</xbrli:identifier></xbrli:entity>
<xbrli:period><xbrli:startDate>2024-01-01</xbrli:startDate>
<xbrli:endDate>2024-12-31</xbrli:endDate></xbrli:period></xbrli:context>
<xbrli:context id="e"><xbrli:period><xbrli:instant>2024-12-31</xbrli:instant></xbrli:period>
</xbrli:context>{contexts}
<xbrli:unit id="usd"><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unit>{units}
</ix:resources></ix:header><p>{facts}</p>{rest}</body></html>"""


def tag(value: str, name: str = "us-gaap:Revenues", context: str = "y", **attributes: str) -> str:
    """A tagged number."""
    more = "".join(f' {key.replace("_", ":")}="{text}"' for key, text in attributes.items())
    return (
        f'<ix:nonFraction name="{name}" contextRef="{context}" unitRef="usd"{more}>'
        f"{value}</ix:nonFraction>"
    )
