"""Looks at parts of which one hangs."""

import threading

from worker_core.operations.errors import BrokerUnreachable
from worker_core.operations.probes import Probe, take


def unreachable() -> None:
    raise BrokerUnreachable("It is away.", "Start it.")


def test_a_part_that_hangs_costs_its_own_reading_and_is_not_asked_again_while_it_does() -> None:
    free = threading.Event()
    asked: list[int] = []

    def hang() -> str:
        asked.append(1)
        free.wait()
        return "late"

    probes = [Probe("disk", hang, 0.05, "See."), Probe("broker", lambda: 7, 5.0, "See.")]
    where = {"disk": "here"}
    first = take(probes, where)
    assert first.readings == {"broker": 7}
    assert first.unread[0].what == "The look at the disk took longer than 50 ms."
    second = take(probes, where)
    assert "still has not answered" in second.unread[0].what
    assert len(asked) == 1
    # Another disk is not that one.
    take(probes, {"disk": "there"})
    assert len(asked) == 2
    free.set()
    for thread in threading.enumerate():
        if thread.name.startswith("afi-probe"):
            thread.join()
    assert take(probes, where).readings == {"disk": "late", "broker": 7}


def test_whatever_a_look_raises_is_told_and_takes_none_of_the_others_with_it() -> None:
    def broken() -> None:
        raise KeyError("x" * 1000)

    taken = take(
        [
            Probe("broker", unreachable, 5.0, ""),
            Probe("disk", broken, 5.0, ""),
            Probe("queues", lambda: 1, 5.0, ""),
        ],
        {},
    )
    assert taken.readings == {"queues": 1}
    told = {one.part: one for one in taken.unread}
    assert (told["broker"].what, told["broker"].next) == ("It is away.", "Start it.")
    assert "KeyError" in told["disk"].what
    assert len(told["disk"].what) <= 500
    assert set(taken.seconds) == {"broker", "disk", "queues"}
