"""The bounded queue: what does not fit is dropped, and known to be."""

import threading

from desktop_app.monitor.inbox import Inbox, Message
from desktop_app.monitor.rows import Gap
from tests.monitor.conftest import eventually


def numbered(first: int, last: int) -> list[Message]:
    return [Message(float(number), b"x" * 10) for number in range(first, last)]


def test_messages_and_notes_come_out_in_order() -> None:
    inbox: Inbox[str] = Inbox(now=lambda: 0.0)
    first, second = numbered(0, 2)
    inbox.put(first)
    inbox.note("between")
    inbox.put(second)
    assert list(inbox.drain(0)) == [first, "between", second]
    assert not inbox.drain(0)


def test_an_overflow_is_one_gap_with_the_number_of_messages_lost() -> None:
    inbox: Inbox[str] = Inbox(now=lambda: 99.0, max_messages=3)
    for message in numbered(0, 10):
        inbox.put(message)
    inbox.note("never dropped")
    *kept, gap = inbox.drain(0)
    assert kept == [*numbered(0, 3), "never dropped"]
    assert isinstance(gap, Gap)
    assert (gap.start, gap.end, gap.reason, gap.dropped) == (3.0, 99.0, "overflow", 7)
    inbox.put(numbered(10, 11)[0])
    assert list(inbox.drain(0)) == numbered(10, 11)


def test_the_bound_is_also_one_of_bytes_and_lets_a_single_large_message_through() -> None:
    inbox: Inbox[str] = Inbox(now=lambda: 0.0, max_bytes=100)
    large = Message(0.0, b"x" * 1000)
    inbox.put(large)
    inbox.put(numbered(1, 2)[0])
    kept, gap = inbox.drain(0)
    assert kept == large
    assert isinstance(gap, Gap)
    assert gap.dropped == 1


def test_a_waiting_reader_is_woken_by_a_message_and_by_the_end() -> None:
    inbox: Inbox[str] = Inbox(now=lambda: 0.0)
    seen: list[int] = []

    def read() -> None:
        seen.append(len(inbox.drain(60)))
        inbox.drain(60)
        seen.append(-1)

    reader = threading.Thread(target=read)
    reader.start()
    inbox.put(numbered(0, 1)[0])
    eventually(lambda: seen == [1])
    inbox.close()
    reader.join(10)
    assert seen == [1, -1]
