"""Plain text, with what the SEC's first years left in it of SGML."""

import re

from worker_core.documents.encoding import decode
from worker_core.documents.lines import reflow, tidy
from worker_core.documents.model import Extract, Limits

MIME = "text/plain"

_MARKUP = re.compile(r"</?(?:PAGE|TABLE|CAPTION|S|C|F\d+|FN|R|TITLE|TYPE|PDF|XBRL)>", re.I)


def read_text(data: bytes, limits: Limits) -> Extract:
    """Plain text with its wrapped lines joined into paragraphs."""
    # Four bytes are the most that a character takes, so no more of the file is needed.
    text = decode(data[: 4 * limits.max_characters])
    truncated: tuple[str, ...] = ()
    if len(text) > limits.max_characters or len(data) > 4 * limits.max_characters:
        text = text[: limits.max_characters]
        truncated = (f"Only the first {limits.max_characters:,} characters were kept.",)
    lines = _MARKUP.sub("", text).splitlines()
    return Extract(MIME, tidy("\n".join(reflow(lines))), truncated=truncated)
