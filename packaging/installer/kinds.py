"""The kinds of files that systems are told AFI Desk opens: those of its own dialog."""

from typing import Any

# By ending: what MIME calls it, and what people do.
KINDS = {
    "htm": ("text/html", "Web page"),
    "html": ("text/html", "Web page"),
    "xhtml": ("application/xhtml+xml", "Web page"),
    "txt": ("text/plain", "Text"),
    "pdf": ("application/pdf", "PDF"),
    "docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "Word document",
    ),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Workbook"),
    "xls": ("application/vnd.ms-excel", "Workbook"),
    "csv": ("text/csv", "Table"),
    "tsv": ("text/tab-separated-values", "Table"),
    "json": ("application/json", "JSON"),
    "zip": ("application/zip", "Archive"),
}


def mime_types() -> str:
    """For a desktop entry's ``MimeType``."""
    return "".join(f"{mime};" for mime in sorted({mime for mime, _ in KINDS.values()}))


def supported_types() -> str:
    """For Inno Setup's ``[Registry]``: what "Open with" offers the program for."""
    key = r"Software\Classes\Applications\afi-desk.exe\SupportedTypes"
    return "".join(
        f'Root: HKCU; Subkey: "{key}"; ValueType: string; ValueName: ".{ending}"; ValueData: ""\n'
        for ending in KINDS
    )


def document_types() -> list[dict[str, Any]]:
    """For a macOS bundle's ``CFBundleDocumentTypes``. What opens them now stays."""
    by_name: dict[str, list[str]] = {}
    for ending, (_, name) in KINDS.items():
        by_name.setdefault(name, []).append(ending)
    return [
        {
            "CFBundleTypeName": name,
            "CFBundleTypeRole": "Viewer",
            "LSHandlerRank": "Alternate",
            "CFBundleTypeExtensions": endings,
        }
        for name, endings in by_name.items()
    ]
