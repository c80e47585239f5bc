"""The process that reads documents: ``python -m worker_core.documents.sandbox MODE``.

``once`` reads the one document that its standard input asks for. ``host`` stays, and forks a
child for each document, so that no document pays for starting an interpreter and loading the
libraries. Either ends as soon as its parent is gone, also when that was killed: its standard
input then comes to an end.
"""

import contextlib
import gc
import os
import select
import signal
import sys
import tempfile
import threading
import time
import traceback
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

import msgspec

from worker_core.documents.confinement import MEMORY_IS_LIMITED, confine, resident_bytes
from worker_core.documents.model import MIB, Limits
from worker_core.documents.problems import DocumentError, problem
from worker_core.documents.reading import document_from, read
from worker_core.documents.wire import ACCEPTED, LENGTH, Ending, Failure, Outcome, Request

_PAGE = b"""<html><body><div style="display:none"><ix:header><ix:resources>
<xbrli:context id="c"><xbrli:period><xbrli:instant>2024-12-31</xbrli:instant></xbrli:period>
</xbrli:context><xbrli:unit id="usd"><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unit>
</ix:resources></ix:header></div><p>FORM 10-K</p><p>Item 1. Business</p><table><tr><td>Assets</td>
<td><ix:nonFraction name="us-gaap:Assets" contextRef="c" unitRef="usd" decimals="-6" scale="6"
format="ixt:num-dot-decimal">1,234</ix:nonFraction></td></tr></table>
<p>We sell <b>pumps</b>.</p></body></html>"""
_IDLE_SECONDS = 600.0
_GRACE_SECONDS = 1.0
_WATCH_SECONDS = 0.1


def attempt(request: Request) -> Outcome:
    """Read the document; whatever goes wrong becomes part of the outcome."""
    try:
        path = Path(os.fsdecode(request.path))
        if request.reader:
            found_there = import_module(request.reader).read(path, request.filename, request.limits)
            return Outcome(answer=msgspec.Raw(msgspec.json.encode(found_there)))
        document = read(path, request.filename, request.limits, request.table_pages)
        return Outcome(document=document)
    except DocumentError as error:
        found = error
    except MemoryError:
        found = problem("memory", request.filename, limit=request.limits.memory_mb)
    except Exception:  # noqa: BLE001 - libraries fail in their own ways on hostile input
        found = problem("crashed", request.filename, detail=traceback.format_exc(limit=-8))
    return Outcome(failure=Failure.of(found))


def answer(request: Request) -> bytes:
    """The outcome as it is sent."""
    try:
        return msgspec.json.encode(attempt(request))
    except MemoryError:
        found = problem("memory", request.filename, limit=request.limits.memory_mb)
        return msgspec.json.encode(Outcome(failure=Failure.of(found)))


def once(source: int, target: int) -> None:
    """Read the one document asked for on the descriptor ``source``."""
    message = _receive(source)
    if message is None:
        return
    request = msgspec.json.decode(message, type=Request)
    threading.Thread(target=_end_with, args=(source,), daemon=True).start()
    _preload(request)
    confine(request.limits)
    _send(target, answer(request))


def _end_with(source: int) -> None:
    """End this process when ``source`` does: nobody is left to answer."""
    while os.read(source, 1):
        pass
    os._exit(1)


def host(source: int, target: int) -> None:
    """Serve the requests that arrive on the descriptor ``source`` until it ends or goes idle."""
    while select.select([source], [], [], _IDLE_SECONDS)[0]:
        message = _receive(source)
        if message is None:
            return
        request = msgspec.json.decode(message, type=Request)
        _preload(request)
        _send(target, ACCEPTED)
        with _result_file() as result:
            ending = _run_child(request, source, target, result)
            if ending is None:
                return
            header = msgspec.json.encode(ending)
            _send(target, LENGTH.pack(len(header)) + header)
            result.seek(0)
            while piece := result.read(MIB):
                _send(target, piece)


_READERS = {
    ".pdf": "pdf",
    ".docx": "word",
    ".xlsx": "workbook",
    ".xlsm": "workbook",
    ".xls": "old_workbook",
}


def _preload(request: Request) -> None:
    """Load what reading takes before limits apply, and in a host once for all its children."""
    reader = _READERS.get(Path(request.filename).suffix.lower())
    if request.reader:
        import_module(request.reader).preload()
    elif reader:
        import_module(f"worker_core.documents.{reader}")
    else:
        _rehearse()
    gc.collect()
    gc.freeze()


@cache
def _rehearse() -> None:
    """Read a page of our own, so that what is made at first use is made before the fork."""
    document_from(b"Net sales rose.", "text.txt", Limits())
    msgspec.json.encode(Outcome(document=document_from(_PAGE, "page.htm", Limits())))


def _result_file() -> BinaryIO:
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("document"), "w+b", buffering=0)
    return tempfile.TemporaryFile(buffering=0)


def _run_child(request: Request, source: int, target: int, result: BinaryIO) -> Ending | None:
    """Read in a forked child; ``None`` if the parent went away meanwhile."""
    alive, held_by_child = os.pipe()
    pid = os.fork()
    if pid == 0:
        with contextlib.suppress(BaseException):
            for descriptor in (source, target, alive):
                os.close(descriptor)
            confine(request.limits)
            result.write(answer(request))
        os._exit(0)
    os.close(held_by_child)
    try:
        stopped_for = _watch(pid, alive, source, request.limits)
    finally:
        os.close(alive)
    _, status, usage = os.wait4(pid, 0)
    if stopped_for == "parent":
        return None
    per_mb = MIB if sys.platform == "darwin" else 1024
    ended_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    size = 0 if ended_by else os.fstat(result.fileno()).st_size
    return Ending(ended_by, usage.ru_maxrss // per_mb, stopped_for, size)


def _watch(pid: int, alive: int, source: int, limits: Limits) -> str:
    """Wait for the child to end, or end it: too late, too large, or nobody left to answer."""
    deadline = time.monotonic() + limits.wall_seconds + _GRACE_SECONDS
    while True:
        left = deadline - time.monotonic()
        wait = left if MEMORY_IS_LIMITED else min(left, _WATCH_SECONDS)
        ready, _, _ = select.select([alive, source], [], [], max(wait, 0))
        if alive in ready:
            return ""
        reason = ""
        if source in ready:
            reason = "parent"
        elif left <= 0:
            reason = "time"
        elif not MEMORY_IS_LIMITED and resident_bytes(pid) > limits.memory_mb * MIB:
            reason = "memory"
        if reason:
            os.kill(pid, signal.SIGKILL)
            return reason


def _receive(source: int) -> bytes | None:
    head = _receive_exactly(source, LENGTH.size)
    return _receive_exactly(source, LENGTH.unpack(head)[0]) if head else None


def _receive_exactly(source: int, size: int) -> bytes | None:
    data = b""
    while len(data) < size:
        piece = os.read(source, size - len(data))
        if not piece:
            return None
        data += piece
    return data


def _send(target: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(target, view) :]


def main() -> None:
    """Run in the mode named on the command line."""
    # A library that prints must not be able to write into the answers.
    answers = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(BrokenPipeError):
        if sys.argv[1] == "host":
            host(0, answers)
        else:
            once(0, answers)
    # The interpreter's own way out would wait for the thread that waits for the parent.
    os._exit(0)


if __name__ == "__main__":
    main()
