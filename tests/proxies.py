"""A way to the broker that is slow, or falls silent without anybody noticing."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

CHUNK = 65_536


class _Line:
    """One connection through the proxy."""

    def __init__(self, born: int) -> None:
        self.born = born
        self.mute = False
        self.breaks = False


class Proxy:
    """Hands bytes on between its own port and the broker's, from a thread of its own: at once
    what is asked, and ``delay_s`` seconds late what is answered. The broker sees it come from the
    loopback address ``source``."""

    def __init__(self, target: int, delay_s: float = 0.0, source: str = "127.0.0.1") -> None:
        self.delay_s = delay_s
        self._source = source
        self._target = target
        self._silences = 0
        self._trap: tuple[bytes, bool] | None = None
        self._cut = b""
        self.turned_away = 0
        self.away = False
        """While set, whoever connects is sent away, and what is open is closed at its next word."""
        self._open: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy")
        self._thread.start()
        listening = asyncio.start_server(self._serve, "127.0.0.1", 0)
        self._server = asyncio.run_coroutine_threadsafe(listening, self._loop).result()
        self.port: int = self._server.sockets[0].getsockname()[1]

    def swallow(self) -> None:
        """From now on nothing passes on the connections that are open, and none is closed; new
        ones are handed on."""
        self._silences += 1

    def swallow_after(self, words: bytes, *, arrives: bool) -> None:
        """The connection on which ``words`` are asked next falls silent then. ``arrives`` is
        whether the broker still gets them."""
        self._trap = words, arrives

    def cut_after(self, words: bytes) -> None:
        """The connection on which ``words`` are asked next breaks in place of their answer."""
        self._cut = words

    @property
    def cut(self) -> bool:
        """Whether what ``cut_after`` named has been asked."""
        return not self._cut

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await self._connect(reader, writer)
        finally:
            writer.close()
            self._open.discard(task)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = _Line(self._silences)
        if self.away:
            self.turned_away += 1
            return
        there, back = await asyncio.open_connection(
            "127.0.0.1", self._target, local_addr=(self._source, 0)
        )
        late: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        ways = [
            asyncio.ensure_future(way)
            for way in (
                self._ask(line, reader, back),
                self._listen(there, late),
                self._answer(line, late, writer),
            )
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            while self._is_silent(line):
                # Nor does the other side hear that this one has gone.
                await asyncio.Event().wait()
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            back.close()

    def _is_silent(self, line: _Line) -> bool:
        return line.mute or line.born != self._silences

    async def _ask(
        self, line: _Line, source: asyncio.StreamReader, sink: asyncio.StreamWriter
    ) -> None:
        while data := await source.read(CHUNK):
            if self.away:
                return
            if self._cut and self._cut in data:
                self._cut, line.breaks = b"", True
            passes = not self._is_silent(line)
            if passes and self._trap is not None and self._trap[0] in data:
                passes, self._trap = self._trap[1], None
                line.mute = True
            if passes:
                sink.write(data)
                await sink.drain()

    async def _listen(
        self, source: asyncio.StreamReader, late: "asyncio.Queue[tuple[float, bytes]]"
    ) -> None:
        while data := await source.read(CHUNK):
            late.put_nowait((self._loop.time() + self.delay_s, data))
        late.put_nowait((self._loop.time() + self.delay_s, b""))
        await asyncio.Event().wait()

    async def _answer(
        self, line: _Line, late: "asyncio.Queue[tuple[float, bytes]]", sink: asyncio.StreamWriter
    ) -> None:
        while True:
            due, data = await late.get()
            await asyncio.sleep(due - self._loop.time())
            if not data or line.breaks or self.away:
                return
            if not self._is_silent(line):
                sink.write(data)
                await sink.drain()


@contextmanager
def proxy(url: str, delay_s: float = 0.0, source: str = "127.0.0.1") -> Iterator[tuple[Proxy, str]]:
    """A proxy before the broker at ``url``, and the address of that broker behind it."""
    parts = urlsplit(url)
    between = Proxy(parts.port or 6379, delay_s, source)
    try:
        host = parts.netloc.rpartition(":")[0] or "127.0.0.1"
        yield between, parts._replace(netloc=f"{host}:{between.port}").geturl()
    finally:
        between.close()
