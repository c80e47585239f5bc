"""What an answer over HTTP says beside its data."""

from email.utils import parsedate_to_datetime

import httpx


def is_page(answer: httpx.Response, body: bytes) -> bool:
    """Whether a body is a web page, whatever its status says."""
    kind = answer.headers.get("content-type", "")
    return "html" in kind or body[:200].lstrip().lower().startswith((b"<!doctype", b"<html"))


def retry_after(answer: httpx.Response) -> float | None:
    """Seconds that the source wants to be left alone; by its own clock where it gives a time."""
    stated = answer.headers.get("retry-after", "").strip()
    if stated.isascii() and stated.isdecimal():
        return float(stated[:9])
    try:
        then = parsedate_to_datetime(stated)
        return max(0.0, (then - parsedate_to_datetime(answer.headers["date"])).total_seconds())
    except (ValueError, TypeError, KeyError):
        return None


def waiting_words(seconds: float) -> str:
    """A time to wait, for a reader."""
    if seconds < 90:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"
