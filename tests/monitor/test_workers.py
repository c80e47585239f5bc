"""Who is there, by their signs of life."""

from desktop_app.monitor import events as e
from desktop_app.monitor.rows import WorkerRow
from desktop_app.monitor.workers import FORGET_AFTER_SECONDS, Workers

NAME = "w@h"


def only(workers: Workers) -> WorkerRow:
    (row,) = workers.rows()
    return row


def test_a_worker_is_offline_after_two_missed_heartbeats_and_a_grace() -> None:
    workers = Workers()
    workers.apply(e.WorkerHeartbeat(NAME, 100.0, freq=2.0), 100.0)
    workers.tick(108.9, live_since=0.0)
    assert only(workers).online
    workers.tick(109.1, live_since=0.0)
    assert not only(workers).online
    workers.apply(e.WorkerHeartbeat(NAME, 110.0, freq=2.0), 110.0)
    assert only(workers).online


def test_our_own_deafness_is_not_the_workers_silence() -> None:
    workers = Workers()
    workers.apply(e.WorkerHeartbeat(NAME, 100.0, freq=2.0), 100.0)
    workers.tick(500.0, live_since=None)
    assert only(workers).online
    workers.tick(500.0, live_since=499.0)
    assert only(workers).online
    workers.tick(520.0, live_since=499.0)
    assert not only(workers).online


def test_a_heartbeat_overtaken_by_the_goodbye_does_not_bring_the_worker_back() -> None:
    workers = Workers()
    workers.apply(e.WorkerOnline(NAME, 100.0), 100.0)
    workers.apply(e.WorkerOffline(NAME, 102.0), 102.0)
    workers.apply(e.WorkerHeartbeat(NAME, 101.0), 103.0)
    workers.working(NAME, 101.5, 103.0)
    assert not only(workers).online
    workers.apply(e.WorkerOnline(NAME, 104.0), 104.0)
    assert only(workers).online


def test_a_clock_an_hour_off_is_measured_and_does_not_matter() -> None:
    workers = Workers()
    workers.apply(e.WorkerHeartbeat(NAME, 3700.0, freq=2.0), 100.0)
    workers.tick(105.0, live_since=0.0)
    row = only(workers)
    assert (row.online, row.last_heartbeat, row.clock_offset) == (True, 100.0, 3600.0)


def test_a_busy_solo_worker_shows_life_by_its_tasks() -> None:
    workers = Workers()
    workers.apply(e.WorkerHeartbeat(NAME, 100.0, freq=2.0), 100.0)
    workers.working(NAME, 120.0, 120.0)
    workers.tick(121.0, live_since=0.0)
    assert only(workers).online


def test_a_heartbeat_without_all_fields_keeps_what_is_known() -> None:
    workers = Workers()
    workers.apply(e.WorkerOnline(NAME, 1.0, pid=7, freq=5.0, sw_ver="5.7.0", loadavg=[1, 2, 3]), 1)
    workers.apply(e.WorkerHeartbeat(NAME, 2.0, active=3), 2.0)
    row = only(workers)
    assert (row.pid, row.freq, row.sw_ver, row.active) == (7, 5.0, "5.7.0", 3)
    assert row.loadavg == (1, 2, 3)


def test_the_long_gone_are_forgotten() -> None:
    workers = Workers()
    workers.apply(e.WorkerOffline(NAME, 100.0), 100.0)
    assert workers.take_changed() is not None
    workers.tick(100.0 + FORGET_AFTER_SECONDS + 1, live_since=0.0)
    assert workers.take_changed() == []
    assert workers.take_changed() is None


def test_a_flood_of_made_up_names_costs_bounded_memory() -> None:
    workers = Workers()
    workers.apply(e.WorkerHeartbeat(NAME, 1.0), 1e9)
    for number in range(10_500):
        workers.apply(e.WorkerOffline(f"x{number}@h", 1.0), 1.0)
    assert len(workers.rows()) == 10_000
    assert workers.online() == 1


def beat(workers: Workers, at: float, processed: int | None) -> float | None:
    workers.apply(e.WorkerHeartbeat(NAME, at, processed=processed), at)
    return only(workers).rate


def test_the_rate_is_that_of_the_last_minute() -> None:
    workers = Workers()
    assert beat(workers, 100.0, 50) is None
    assert beat(workers, 102.0, 51) is None  # too little to tell
    assert beat(workers, 110.0, 60) == 60.0
    for at in range(120, 181, 10):
        rate = beat(workers, float(at), 60)
    assert rate == 0.0


def test_a_worker_started_anew_does_not_work_backwards() -> None:
    workers = Workers()
    beat(workers, 100.0, 5000)
    assert beat(workers, 110.0, 3) is None
    assert beat(workers, 120.0, 8) == 30.0
    assert beat(workers, 122.0, None) is None


def test_a_silent_worker_has_no_rate() -> None:
    workers = Workers()
    beat(workers, 100.0, 5)
    beat(workers, 110.0, 10)
    workers.tick(200.0, live_since=0.0)
    assert only(workers).rate is None


def test_those_gone_are_dismissed_and_come_back_when_heard() -> None:
    workers = Workers()
    workers.apply(e.WorkerHeartbeat(NAME, 100.0), 100.0)
    workers.dismiss([NAME, "nobody"])
    assert only(workers).online  # it is there
    workers.tick(200.0, live_since=0.0)
    workers.dismiss([NAME])
    assert workers.rows() == []
    workers.apply(e.WorkerHeartbeat(NAME, 210.0), 210.0)
    assert only(workers).online
