"""Values made fit to be stored and shown, whatever a file or a caller brought."""

import json
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from worker_core.storage.errors import StorageError
from worker_core.storage.records import Json

MAX_FILENAME = 255
_LONGEST_SUFFIX = 16
_EXAMINED = 4096

_SHA256 = re.compile(r"[0-9a-f]{64}")
_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")
_JOINERS = "\u200c\u200d"


def sha256_address(value: str) -> str:
    """``value`` in lower case, once it is known to be a SHA-256 in hexadecimal digits.

    Raises:
        StorageError: it is anything else; code ``bad_hash``.
    """
    address = value.lower()
    if not _SHA256.fullmatch(address):
        raise StorageError(
            "bad_hash",
            f"{display_name(value)!r} is not the SHA-256 of a file.",
            "Give the 64 hexadecimal digits that were returned when the file was stored.",
        )
    return address


def storable(text: str) -> str:
    """``text`` with each NUL and each lone surrogate replaced by one space.

    PostgreSQL refuses the first and UTF-8 has no form for the second. The length does not change,
    so offsets into the text stay valid.
    """
    if "\x00" not in text:
        try:
            text.encode()
        except UnicodeEncodeError:
            pass
        else:
            return text
    return _NOT_STORABLE.sub(" ", text)


def short(text: str, limit: int) -> str:
    """``text`` made storable, without space around it, and cut to ``limit`` characters."""
    text = storable(text).strip()
    return text if len(text) <= limit else text[: limit - 1] + "…"


def short_or_none(text: str | None, limit: int) -> str | None:
    """As `short`; nothing but space counts as no text."""
    return (short(text, limit) or None) if text is not None else None


def display_name(name: str) -> str:
    """A file's name that is safe to show on one line: no folder, control or direction marks.

    A name longer than 255 characters is cut, and keeps the suffix that tells its type.
    """
    # A name that comes from another system may use either separator.
    name = storable(name).replace("\\", "/").rstrip("/").rpartition("/")[2]
    if len(name) > _EXAMINED:
        name = name[: _EXAMINED - _LONGEST_SUFFIX] + name[-_LONGEST_SUFFIX:]
    name = " ".join("".join(map(_shown, name)).split()) or "unnamed"
    if len(name) > MAX_FILENAME:
        suffix = PurePosixPath(name).suffix
        suffix = suffix if len(suffix) <= _LONGEST_SUFFIX else ""
        name = name[: MAX_FILENAME - 1 - len(suffix)] + "…" + suffix
    return name


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    # Marks that turn the writing direction can make "fdp.exe" read as "exe.pdf". The joiners are
    # of the same category, and some scripts cannot be spelled without them.
    return "" if category == "Cf" and character not in _JOINERS else character


def storable_json(value: object) -> Json:
    """``value`` as JSON can hold it, with every text in it made storable.

    Raises:
        TypeError: something in it has no form in JSON.
    """
    try:
        # Nearly all that is stored needs no cleaning, and to see that so takes a quarter of the
        # time. In this form what cannot be stored is an escape: NUL, and halves of pairs.
        text = json.dumps(value, allow_nan=False)
        if "\\u0000" not in text and "\\ud" not in text:
            plain: Json = json.loads(text)
            return plain
    except (TypeError, ValueError):
        pass
    return _storable_json(value)


def _storable_json(value: object) -> Json:
    match value:
        case None | bool() | int():
            return value
        case str():
            return storable(value)
        case float():
            return finite(value)
        case Mapping():
            return {storable(str(key)): _storable_json(item) for key, item in value.items()}
        case list() | tuple():
            return [_storable_json(item) for item in value]
    raise TypeError(f"{type(value).__name__} cannot be stored as JSON")


def finite(value: float) -> float:
    """``value`` as a float.

    Raises:
        ValueError: it is NaN or infinite, which SQLite would turn into NULL in silence.
    """
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"only finite numbers can be stored, not {number}")
    return number


def all_finite(values: Iterable[float]) -> list[float]:
    """As ``finite`` of each."""
    numbers = list(map(float, values))
    return numbers if all(map(math.isfinite, numbers)) else list(map(finite, numbers))
