"""One connection's worth of monitoring: its threads, and the reducer that they feed."""

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from desktop_app.monitor.events import Decoder
from desktop_app.monitor.findings import Dismissal, Findings, Subscriptions, settle
from desktop_app.monitor.history import History, Limits
from desktop_app.monitor.inbox import Inbox, Message
from desktop_app.monitor.journal import JournalReader, Position, Span
from desktop_app.monitor.link import Link
from desktop_app.monitor.outbox import Outbox
from desktop_app.monitor.poller import Poll, Poller
from desktop_app.monitor.reconcile import Ask, Reconciler
from desktop_app.monitor.rows import Batch, Connection, Found, Gap, QueueRow
from desktop_app.monitor.series import Series
from desktop_app.monitor.state import State
from desktop_app.monitor.stream import FAULT, EventStream

STOP_SECONDS: Final = 2.0
_TICK_SECONDS: Final = 0.25
# Between two looks into the inbox: to wake up for each message costs more than its work.
_PAUSE_SECONDS: Final = 0.02
_SLICE: Final = 500
_GAPS_KEPT: Final = 1000
# While tasks are restored, others want to run Python too.
_BREATH_SECONDS: Final = 0.001
NOT_RUNNING: Final = (
    "No window listened to this broker, and it keeps no journal that was read. What happened then "
    "is unknown."
)

Note = Poll | Findings | Subscriptions | Span | Dismissal | Position | Gap
Item = Message | Note


class Session:
    """Six threads: the stream listens, the journal's reader reads, the poller counts, the
    reconciler asks, and all of them only put what they have into the inbox; the reducer alone
    works on the state, and the history writes what has changed."""

    def __init__(
        self,
        link: Link,
        results: Link,
        *,
        history_tasks: int,
        queue_names: Sequence[str],
        ask: Ask | None,
        ask_queues: Ask | None,
        read_before: Position | None = None,
        keep_read: Callable[[Position], None] | None = None,
        keep_in: tuple[Path, Limits] | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._now = now
        self.state = State(history_tasks, now())
        self.history = None if keep_in is None else History(*keep_in, self.state.rows, now)
        self._capacity = history_tasks
        self._begun = threading.Lock()
        self._keep_read = keep_read
        self.gaps: deque[Gap] = deque(maxlen=_GAPS_KEPT)
        self._outbox = Outbox(reset=True)
        self._inbox: Inbox[Note] = Inbox(now)
        self._decoder = Decoder()
        self._dropped = 0
        self._poll: Poll | None = None
        self._subscriptions: dict[str, frozenset[str]] = {}
        self._knows_subscriptions = False
        self._failed = False
        self._ending = threading.Event()
        self._stopping = threading.Event()
        self._reducer = threading.Thread(target=self._run, name="afi-reducer", daemon=True)
        self._reconciler = Reconciler(
            results, self._inbox, self.state.rows, ask=ask, ask_queues=ask_queues, now=now
        )
        self._journal = JournalReader(
            link,
            self._inbox,
            self._reconciler.request,
            before=read_before,
            keep=None if keep_read is None and keep_in is None else self._inbox.note,
            now=now,
        )
        self._stream = EventStream(link, self._inbox, self._reconciler.request, self._journal, now)
        self._poller = Poller(link, self._inbox, queue_names, now)

    def start(self) -> None:
        self._reducer.start()
        self._stream.start()
        self._reconciler.start()
        self._poller.start()

    def stop(self) -> bool:
        """End all threads; whether that was done within ``STOP_SECONDS``. A thread that hangs in
        the system's name resolution cannot be ended: it is left behind and ends after it."""
        sources = (self._stream, self._journal, self._poller, self._reconciler)
        until = time.monotonic() + STOP_SECONDS
        with self._begun:
            self._ending.set()
        for source in sources:
            source.stop()
        ended = [source.join(max(0.0, until - time.monotonic() - 0.1)) for source in sources]
        self._stopping.set()
        self._inbox.close()
        self._reducer.join(max(0.1, until - time.monotonic()))
        ended.append(not self._reducer.is_alive())
        if self.history is not None:
            self.history.stop()
            ended.append(self.history.join(max(0.1, until - time.monotonic())))
        return all(ended)

    def take(self) -> Batch | None:
        return self._outbox.take(self.connection())

    def snapshot(self) -> Batch:
        return self._outbox.snapshot(self.connection(), self.state.rows, list(self.gaps))

    def dismiss(self, hostnames: Iterable[str]) -> None:
        """Forget workers that are gone, soon."""
        self._inbox.note(Dismissal(frozenset(hostnames)))

    def connection(self) -> Connection:
        connection = self._stream.connection()
        if self._failed:
            return replace(connection, status="lost", message=FAULT)
        if connection.status == "live" and (said := self._poller.problem or self._poller.remark):
            return replace(connection, message=said)
        return connection

    def _run(self) -> None:
        try:
            after = self._remember()
            with self._begun:
                if not self._ending.is_set():
                    self._journal.start(after)
            while not self._stopping.is_set():
                self._reduce(self._inbox.drain(_TICK_SECONDS))
                self._stopping.wait(_PAUSE_SECONDS)
            self._reduce(self._inbox.drain(0))
        except Exception:
            self._failed = True
            raise

    def _remember(self) -> Position | None:
        """Take in what the history holds of earlier sessions, and return how far the journal is
        in it."""
        history = self.history
        if history is None:
            return None
        before, kept = history.open(self._capacity)
        self.state.begin_at(before.next_seq, succeeded=before.succeeded, failed=before.failed)
        for rows in kept:
            self.state.restore(rows)
            self._outbox.publish(self.state.take_changes(), self.state.counters())
            if self._ending.wait(_BREATH_SECONDS):
                break
        history.start()
        if before.position is None and before.heard is not None:
            self._inbox.note(Gap(before.heard, self._now(), "disconnected", None, NOT_RUNNING))
        return before.position

    def _reduce(self, items: deque[Item]) -> None:
        while len(items) > _SLICE:
            self._apply([items.popleft() for _ in range(_SLICE)])
        self._apply(items)

    def _apply(self, items: Sequence[Item]) -> None:
        """Work one slice of items into the state and hand on what it changed."""
        state, decode, decode_body = self.state, self._decoder.decode, self._decoder.decode_body
        gaps: list[Gap] = []
        polled = read_up_to = None
        live_since = self._stream.live_since()
        completed = state.series.advance(self._now(), live=live_since is not None)
        state.workers.at(self._now())
        for item in items:
            if isinstance(item, Message):
                for event in decode_body(item.data) if item.bare else decode(item.data):
                    state.apply(event, item.received_at)
            elif isinstance(item, Gap):
                gaps.append(item)
                self.gaps.append(item)
                self._dropped += item.dropped or 0
            elif isinstance(item, Span):
                state.series.heard(item.start, item.end)
            elif isinstance(item, Poll):
                polled = item
            elif isinstance(item, Position):
                read_up_to = item
            elif isinstance(item, Subscriptions):
                self._knows_subscriptions = True
                known = state.workers.online_names()
                kept = {name: held for name, held in self._subscriptions.items() if name in known}
                self._subscriptions = kept | item.queues
            elif isinstance(item, Dismissal):
                state.workers.dismiss(item.hostnames)
            else:
                gaps += self._explained(item, settle(state, item))
        if any(gap.reason == "overflow" for gap in gaps):
            self._reconciler.request()
        state.workers.tick(self._now(), live_since)
        self._hand_on(gaps, polled, state.series.snapshot() if completed else None)
        if read_up_to is not None:
            self._keep_position(read_up_to)

    def _explained(self, findings: Findings, found: Found) -> list[Gap]:
        """Those of the gaps before it that nothing had been found out about yet, with it."""
        explained = []
        for place, gap in enumerate(self.gaps):
            # Who asks leaves out what was heard of just before, which may be before the gap.
            after = gap.start <= findings.quiet_before and gap.end <= findings.asked_at
            if gap.found is None and after:
                self.gaps[place] = replace(gap, found=found)
                explained.append(self.gaps[place])
        return explained

    def _keep_position(self, position: Position) -> None:
        """What the journal said up to there is in the state, and handed to the history."""
        if self.history is not None:
            self.history.read_up_to(position)
        if self._keep_read is not None:
            self._keep_read(position)

    def _hand_on(self, gaps: list[Gap], polled: Poll | None, series: Series | None) -> None:
        state = self.state
        if polled is not None:
            rows = state.flows.polled(
                self._with_consumers(polled.queues),
                polled.heads,
                state.task,
                self._stream.live_since(),
            )
            polled = self._poll = replace(polled, queues=rows)
            state.series.depth(sum(queue.depth for queue in polled.queues))
        # While there is a connection, an old count would pass for a new one.
        unknown = self._poller.problem and self._stream.live_since() is not None
        poll = None if unknown else self._poll
        changes = state.take_changes()
        history = self.history
        if history is not None and (changes.tasks or changes.unseen or gaps):
            history.put([*changes.unseen, *changes.tasks.values()], gaps)
        self._outbox.publish(
            changes,
            replace(
                state.counters(),
                waiting=None if poll is None else sum(queue.depth for queue in poll.queues),
                unacknowledged=None if poll is None else poll.unacknowledged,
                malformed=self._decoder.malformed,
                ignored=self._decoder.ignored,
                dropped=self._dropped,
            ),
            workers=state.workers.take_changed(),
            queues=None if polled is None else polled.queues,
            loss=None if polled is None else polled.loss,
            gaps=gaps,
            series=series,
            history=None if history is None or series is None else history.status,
        )

    def _with_consumers(self, queues: list[QueueRow]) -> list[QueueRow]:
        """``queues`` with the number of workers that serve each. None stands wherever a worker
        that has not answered yet may be among them."""
        if not self._knows_subscriptions:
            return queues
        online = self.state.workers.online_names()
        served = Counter(
            name for hostname in online for name in self._subscriptions.get(hostname, ())
        )
        strangers = online - self._subscriptions.keys()
        if strangers:
            self._reconciler.request_queues()
        return [
            replace(queue, consumers=None if strangers else served[queue.name]) for queue in queues
        ]
