"""Whether there is a newer version. Asked only where an address is set; nothing is installed."""

import re
from dataclasses import dataclass
from typing import Final

import msgspec

from worker_core import __version__

TIMEOUT_S: Final = 5.0
LARGEST: Final = 64 * 1024
_VERSION: Final = re.compile(r"\d{1,6}(?:\.\d{1,6}){0,3}")


class UpdateError(Exception):
    """It could not be found out. ``remedy`` says what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy


@dataclass(frozen=True, slots=True)
class Update:
    """A version newer than this one, and the page that tells of it, "" where none is named."""

    version: str
    page: str

    @property
    def words(self) -> str:
        return f"AFI Desk {self.version} is there; this is {__version__}."


class _Answer(msgspec.Struct):
    version: str
    page: str = ""


def newer(url: str, *, running: str = __version__) -> Update | None:
    """Ask ``url``, which answers JSON: ``{"version": "1.2.0", "page": "https://…"}``; the version,
    if it is newer than ``running``. Blocks for at most a few seconds.

    Raises:
        UpdateError: the address is not an https one, does not answer in time or answers something
            else.
    """
    if not url.startswith("https://"):
        raise UpdateError(
            "The address that is asked for updates does not begin with https://, so it was not "
            "asked: anybody on the way could answer.",
            "Correct AFI_UPDATE_URL, or clear it to ask nobody.",
        )
    try:
        answer = msgspec.json.decode(_fetch(url), type=_Answer)
    except msgspec.DecodeError as error:
        raise UpdateError(
            "The address that is asked for updates answers something else than a version.",
            "Correct AFI_UPDATE_URL, or clear it to ask nobody.",
        ) from error
    theirs, ours = _numbers(answer.version), _numbers(running)
    if theirs is None:
        raise UpdateError(
            "The address that is asked for updates names no version that could be compared.",
            "Correct AFI_UPDATE_URL, or clear it to ask nobody.",
        )
    page = answer.page if answer.page.startswith("https://") and len(answer.page) < 500 else ""
    return Update(answer.version, page) if ours is None or theirs > ours else None


def _fetch(url: str) -> bytes:
    import time

    import httpx

    over = time.monotonic() + TIMEOUT_S
    body = bytearray()
    try:
        # Redirects are not followed: they could lead anywhere.
        with httpx.stream("GET", url, timeout=TIMEOUT_S, follow_redirects=False) as response:
            if response.status_code != httpx.codes.OK:
                raise _no_answer(f"it answers {response.status_code}")
            for piece in response.iter_bytes():
                body += piece
                if len(body) > LARGEST:
                    raise _no_answer(f"its answer is longer than {LARGEST // 1024} KiB")
                if time.monotonic() > over:
                    raise _no_answer(f"it took longer than {TIMEOUT_S:g} s")
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise _no_answer(str(error) or type(error).__name__) from error
    return bytes(body)


def _no_answer(why: str) -> UpdateError:
    return UpdateError(
        f"Whether there is a newer version could not be found out: {why}.",
        "It is asked again tomorrow. Clear AFI_UPDATE_URL to ask nobody.",
    )


def _numbers(version: str) -> tuple[int, ...] | None:
    """The numbers of a version, without zeros at the end; None for anything else."""
    if not _VERSION.fullmatch(version):
        return None
    numbers = [int(part) for part in version.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
