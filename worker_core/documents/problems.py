"""Why a document cannot be read, in words for the person who dropped it."""

import unicodedata
from typing import Literal

Code = Literal[
    "bomb",
    "crashed",
    "damaged",
    "empty",
    "encrypted",
    "folder",
    "left_out",
    "memory",
    "no_text",
    "nothing_readable",
    "scanned",
    "timeout",
    "too_large",
    "truncated",
    "unreadable",
    "unsupported",
    "vanished",
    "wrong_type",
]


class DocumentError(Exception):
    """A document that cannot be read; trying again without a change gives the same answer.

    Attributes:
        code: one of ``Code``, for programs.
        message: what happened, for people.
        remedy: what to do next, for people.
        detail: for the log; may be empty.
    """

    def __init__(self, code: str, message: str, remedy: str, detail: str = "") -> None:
        super().__init__(code, message, remedy, detail)
        self.code = code
        self.message = message
        self.remedy = remedy
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}"


_WORDS: dict[Code, tuple[str, str]] = {
    "bomb": (
        "{name} was not read: {why}.",
        "It may be built to exhaust its reader. If you trust it, save it again and drop that.",
    ),
    "crashed": (
        "The reader stopped while it read {name}.",
        "Drop it once more. If it happens again the file is damaged: export it anew, or as PDF.",
    ),
    "damaged": (
        "{name} is damaged: {why}.",
        "Download or export it again, check that it opens in its own program, then drop it again.",
    ),
    "empty": (
        "{name} is empty: it holds 0 bytes.",
        "Check that its download or export finished, then drop it again.",
    ),
    "encrypted": (
        "{name} is protected by a password.",
        "Save a copy without the password and drop that.",
    ),
    "folder": (
        "{name} is a folder, not a document.",
        "Open it and drop the files that are in it.",
    ),
    "left_out": (
        "{name} was not read: {why}.",
        "Unpack the archive and read it by itself.",
    ),
    "memory": (
        "Reading {name} needs more than the {limit} MB of memory that one document may take.",
        "Split the file, or allow more memory (AFI_PARSE_MEMORY_MB) and drop it again.",
    ),
    "no_text": (
        "{name} holds no text.",
        "Check that it is the file you meant.",
    ),
    "nothing_readable": (
        "{name} holds {count} files, and none of them can be read: {why}",
        "Unpack it and drop the files you need one by one; each then says what is wrong with it.",
    ),
    "scanned": (
        "{name} holds pictures of pages and no text.",
        "Run text recognition (OCR) on it and drop the result, or use the original document.",
    ),
    "timeout": (
        "Reading {name} took longer than the {limit} seconds that one document may take.",
        "Split the file, or allow more time (AFI_PARSE_TIMEOUT_S) and drop it again.",
    ),
    "too_large": (
        "{name} is {size}; files of up to {limit} are read.",
        "Split it, or raise the limit (AFI_MAX_DOCUMENT_MB) and drop it again.",
    ),
    "truncated": (
        "{name} is cut off: {why}.",
        "The download probably stopped early. Download it again, then drop it again.",
    ),
    "unreadable": (
        "{name} cannot be opened: {why}.",
        "Check the file's permissions and that its drive is connected, then drop it again.",
    ),
    "unsupported": (
        "{name} is {what}, which is not read yet.",
        "{advice}",
    ),
    "vanished": (
        "{name} is no longer where it was.",
        "It was moved, renamed or deleted after it was added. Drop it again from where it is now.",
    ),
    "wrong_type": (
        "{name} is not what its name says: it is {what}.",
        "{advice}",
    ),
}


def problem(code: Code, filename: str, *, detail: str = "", **words: object) -> DocumentError:
    """The error for ``code``, ready to raise; ``words`` fill the gaps of its sentences."""
    message, remedy = _WORDS[code]
    words["name"] = display_name(filename)
    return DocumentError(code, message.format_map(words), remedy.format_map(words), detail)


def display_name(filename: str, limit: int = 80) -> str:
    """A file's name as it may be shown in a sentence: one line, no control or direction marks.

    Names may hold line breaks or marks that reverse the reading order, which would let a file
    pass itself off as another one in a message.
    """
    shown = "".join(
        " " if unicodedata.category(character) in {"Cc", "Zl", "Zp"} else character
        for character in filename
        if unicodedata.category(character) not in {"Cf", "Cs", "Co", "Cn"}
    )
    shown = " ".join(shown.split()) or "The file"
    if len(shown) > limit:
        shown = f"{shown[: limit * 2 // 3]}…{shown[-limit // 4 :]}"
    return shown


def human_size(count: int) -> str:
    """A number of bytes as people write it, in binary units."""
    size = float(count)
    for unit in ("bytes", "KB", "MB"):
        if size < 1024:
            return f"{size:.0f} {unit}"
        size /= 1024
    return f"{size:.1f} GB"
