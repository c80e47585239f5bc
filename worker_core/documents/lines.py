"""The shapes of a line: a table row, a heading, part of a wrapped paragraph."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064"
    "\ud800-\udfff\ufeff\ufff9-\ufffc\ufffe\uffff]"
)
_GLUE_AFTER = re.compile(r"(?<=[$€£¥(])\t")
_GLUE_BEFORE = re.compile(r"\t(?=(?:\)|%)+(?:\t|$))")
_BULLET = re.compile(r"([•●▪■◦○∙·*–—-]|[\uf0b7\uf0a7]|\(?[a-z0-9]{1,3}[.)])\t", re.I)

_NUMBER = re.compile(
    r"[(\[$€£¥+\-–—]*\d[\d,.:/]*[)\]%*x]*(?:bps|[bmk]n?)?|[-–—]+|N/?[AM]|nm|\$|%|\)", re.I
)
_COLUMNS = re.compile(r"\t| {3,}|(?:\. ?){4,}")
_LEADERS = re.compile(r" ?(?:\. ?){4,}\s*")
_GAPS = re.compile(r" {3,}|\t+")
_LINE_STARTS_ANEW = re.compile(
    r"(?:items?|part)\s+[\dIVX]|[•●▪■◦○∙*–—]|\(?[a-z0-9]{1,3}[.)]\s", re.I
)
_TERMINAL = tuple(".!?:;")
_DANGLING = tuple(
    f" {word}"
    for word in ("a", "an", "and", "at", "by", "ended", "for", "from", "in", "of", "on", "or",
                 "our", "that", "the", "to", "was", "were", "which", "with")
)  # fmt: skip
_ENDS_IN_PAGE = re.compile(r"[a-z.] \d{1,3}$")
_OPEN_END = re.compile(r"\b(?:[A-Z]|Inc|Corp|Co|Mr|Mrs|Ms|Dr|No|Nos|vs)\.$")
_PAGE_BREAK = re.compile(
    r"\n(?<=[a-z,]\n)(?:(?:(?i:page) |[-–—] ?)?(?:[A-Z]{1,2}-)?\d{1,3}(?: ?[-–—])?\n)"
    r"(?:(?i:table of contents)\n)?(?=[a-z])"
)


def tidy(text: str) -> str:
    """``text`` without characters that cannot be seen, stored or trusted to be in order.

    Sentences that a page number cuts in two are put together again.
    """
    return _PAGE_BREAK.sub(" ", _UNWANTED.sub(_tidied, text))


def _tidied(found: re.Match[str]) -> str:
    character = found[0]
    if "\ud800" <= character <= "\udfff":
        return "\ufffd"
    # Direction marks go without a trace; control characters stood for a gap.
    return " " if unicodedata.category(character) in {"Cc", "Zl", "Zp"} else ""


def join_row(cells: Iterable[str]) -> str:
    """The cells of a table row as one line, separated by tabs.

    Currency signs, brackets and percent signs that a table keeps in columns of their own go back
    to their number, a bullet to its text.
    """
    row = "\t".join(cell for cell in cells if cell)
    if "\t" in row:
        row = _GLUE_BEFORE.sub("", _GLUE_AFTER.sub("", row))
        row = _BULLET.sub(r"\1 ", row, count=1) if _BULLET.match(row) else row
    return row


def is_row(line: str) -> bool:
    """Whether a line belongs to a table: cells, or mostly numbers."""
    if "\t" in line:
        return True
    words = line.split()
    numbers = sum(1 for word in words if _NUMBER.fullmatch(word))
    if numbers >= 2 and numbers >= 0.4 * len(words):
        return True
    return numbers >= 3 and all(_NUMBER.fullmatch(word) for word in words[-3:])


def is_capitalised(line: str) -> bool:
    """Whether a line reads as a title: most of its longer words begin with a capital."""
    words = [word for word in line.split() if len(word) > 3 and word[0].isalpha()]
    return bool(words) and sum(word[0].isupper() for word in words) >= 0.8 * len(words)


def reflow(lines: Sequence[str]) -> list[str]:
    """Wrapped lines joined into paragraphs; headings and table rows stay lines of their own.

    A line goes on in the next one if it is about as long as the others and what follows does not
    begin anew. Runs of blanks in a table become tabs.
    """
    width = _typical_width(lines)
    result: list[str] = []
    previous, blank = "", False
    for raw in lines:
        stripped = raw.strip()
        if not stripped:
            # One blank line may be double spacing; what follows tells.
            previous, blank = ("" if blank else previous), True
            continue
        if _COLUMNS.search(stripped) and _is_columnar(stripped):
            row = _GAPS.sub("\t", _LEADERS.sub("\t", stripped)).strip()
            if row:
                result.append(join_row(row.split("\t")))
            previous, blank = "", False
            continue
        line = " ".join(stripped.split())
        if previous and _goes_on(previous, line, width, blank=blank):
            result[-1] = _joined(result[-1], line)
        else:
            result.append(line)
        previous, blank = line, False
    return result


def _typical_width(lines: Sequence[str]) -> int:
    lengths = sorted(len(line.strip()) for line in lines if len(line.strip()) > 20)
    return lengths[len(lengths) * 3 // 4] if lengths else 80


def _is_columnar(line: str) -> bool:
    if _LEADERS.search(line) or "\t" in line:
        return True
    cells = _GAPS.split(line)
    return len(cells) > 1 and (is_row(line) or all(len(cell) < 40 for cell in cells))


def _goes_on(previous: str, line: str, width: int, *, blank: bool) -> bool:
    if len(previous) < 0.7 * width or is_row(previous) or _LINE_STARTS_ANEW.match(line):
        return False
    if previous.endswith(_DANGLING):
        return True
    if is_row(line) or (line[0].isupper() and _ENDS_IN_PAGE.search(previous)):
        return False
    ended = previous.endswith(_TERMINAL) and not _OPEN_END.search(previous)
    if line[0].islower():
        return not (blank and ended)
    if blank or ended:
        return False
    return not (line.isupper() and not previous.isupper()) and not (
        len(line) < 0.6 * width and is_capitalised(line) and not line.endswith(_TERMINAL)
    )


def _joined(start: str, rest: str) -> str:
    if start.endswith("-") and len(start) > 1 and start[-2].isalnum():
        return start + rest
    return f"{start} {rest}"
