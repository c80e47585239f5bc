"""A way to the broker that can fall silent without anybody noticing."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

CHUNK = 65_536


class Proxy:
    """Hands bytes on between its own port and the broker's, from a thread of its own."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._silences = 0
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
        born = self._silences
        there, back = await asyncio.open_connection("127.0.0.1", self._target)
        try:
            await asyncio.gather(
                self._hand_on(reader, back, born), self._hand_on(there, writer, born)
            )
        finally:
            back.close()

    async def _hand_on(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, born: int
    ) -> None:
        while data := await source.read(CHUNK):
            if born == self._silences:
                sink.write(data)
                await sink.drain()
        if born != self._silences:
            # Nor does the other side hear that this one has gone.
            await asyncio.Event().wait()
        sink.close()


@contextmanager
def proxy(url: str) -> Iterator[tuple[Proxy, str]]:
    """A proxy before the broker at ``url``, and the address of that broker behind it."""
    parts = urlsplit(url)
    between = Proxy(parts.port or 6379)
    try:
        host = parts.netloc.rpartition(":")[0]
        yield between, parts._replace(netloc=f"{host}:{between.port}").geturl()
    finally:
        between.close()
