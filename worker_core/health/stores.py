"""What holds the data: the broker, the database, the disks."""

from collections.abc import Iterator

from worker_core.health.findings import Finding, Severity, duration, named, size
from worker_core.health.limits import Limits
from worker_core.health.readings import BrokerReading, DatabaseReading, DiskReading

OLDEST_SERVER = (6, 2)


def level(value: float, limits: tuple[float, float]) -> Severity | None:
    """Of a value that is bad when it is large; None where it is not."""
    return "critical" if value >= limits[1] else "warning" if value >= limits[0] else None


def broker(read: BrokerReading, limits: Limits) -> Iterator[Finding]:
    """What is wrong with the broker."""
    if slow := level(read.latency_s, limits.latency_s):
        yield Finding(
            slow,
            "broker",
            "",
            f"The broker took {duration(read.latency_s)} to answer.",
            "Every task waits for several of its answers.",
            "See what else its computer does, and whether the network on the way is slow.",
        )
    yield from _memory(read, limits)
    yield from _durability(read)
    if read.version and read.version < OLDEST_SERVER:
        yield Finding(
            "warning",
            "broker",
            "",
            f"The broker is {named(read.server)}.",
            "Versions below 6.2 are not looked after any more.",
            "Update it, or use Valkey.",
        )


def _memory(read: BrokerReading, limits: Limits) -> Iterator[Finding]:
    if read.used_bytes is None or read.max_bytes is None:
        return
    if not read.max_bytes:
        yield Finding(
            "note",
            "broker",
            "",
            f"The broker holds {size(read.used_bytes)}, and nothing limits its memory.",
            "When its computer runs out, the system may end it.",
            "Set maxmemory below what the computer has, and maxmemory-policy noeviction.",
        )
        return
    share = read.used_bytes / read.max_bytes
    if full := level(share, limits.memory_share):
        yield Finding(
            full,
            "broker",
            "",
            f"The broker holds {size(read.used_bytes)} of the {size(read.max_bytes)} that it may "
            f"({share * 100:.0f} %).",
            "When it is full it takes no tasks and no results.",
            "Start workers for the queues that grow, clean up results, or raise maxmemory.",
        )


def _durability(read: BrokerReading) -> Iterator[Finding]:
    if read.policy not in {None, "noeviction"}:
        yield Finding(
            "critical" if read.max_bytes else "warning",
            "broker",
            "",
            f"The broker makes room by itself (maxmemory-policy {named(read.policy or '')}).",
            "It may throw waiting tasks and results away without a word.",
            "Set maxmemory-policy to noeviction.",
        )
    if read.writes_fail:
        yield Finding(
            "critical",
            "broker",
            "",
            "The broker could not write its data to disk.",
            "It may refuse tasks, and what it holds is gone after a restart.",
            "Look at the space on its disk and at its log.",
        )
    elif read.journalled is False and read.snapshots is False:
        yield Finding(
            "warning",
            "broker",
            "",
            "The broker keeps nothing on disk.",
            "After its restart, waiting tasks come back from the ledger alone, a minute later; "
            "tasks of other programs and all results are gone.",
            "Turn its append-only file on (appendonly yes).",
        )
    elif read.journalled is False:
        yield Finding(
            "note",
            "broker",
            "",
            "The broker writes to disk now and then, without an append-only file.",
            "After a crash, what came since the last time is lost, or sent again by the ledger.",
            "Turn its append-only file on (appendonly yes).",
        )


def database(read: DatabaseReading, limits: Limits) -> Iterator[Finding]:
    """What is wrong with the database."""
    if read.problem:
        yield Finding(
            "critical",
            "database",
            "",
            read.problem,
            "What tasks find cannot be kept.",
            "See that its disk is there, has room, and may be written.",
        )
    if slow := level(read.latency_s, limits.latency_s):
        yield Finding(
            slow,
            "database",
            "",
            f"The database took {duration(read.latency_s)} to answer.",
            "Tasks and pages wait for it.",
            "See what else its computer does, and whether the network on the way is slow.",
        )
    if read.revision is None:
        yield Finding(
            "warning",
            "database",
            "",
            "The database has no tables of this program yet.",
            "They are made when a worker, a scheduler or the window opens it.",
            "Start one of them; if that was done, compare their AFI_DATABASE_URL with this one.",
        )
    elif read.revision != read.head:
        older = read.revision < read.head
        yield Finding(
            "warning" if older else "critical",
            "database",
            "",
            f"The database's structure is {named(read.revision)}, this program's {read.head}.",
            "Programs of several versions work on it."
            if not older
            else "It is brought up to date when a worker, a scheduler or the window opens it.",
            "Update this computer."
            if not older
            else "Restart the workers with this version of the program.",
        )
    if read.writable is False:
        yield Finding(
            "critical",
            "database",
            "",
            "The database takes no changes.",
            "What tasks find cannot be kept; they are tried again for a while and fail then.",
            "See that its disk has room and may be written, and that it is no copy for reading.",
        )
    if (
        read.connections is not None
        and read.max_connections
        and read.connections >= limits.connections_share * read.max_connections
    ):
        yield Finding(
            "warning",
            "database",
            "",
            f"{read.connections} of the database's {read.max_connections} connections are taken.",
            "When none is left, tasks fail and are tried again.",
            "Raise max_connections, or put a pooler such as PgBouncer before it.",
        )


def disk(read: DiskReading, limits: Limits) -> Iterator[Finding]:
    """Whether a disk is filling up."""
    share = read.free_bytes / read.total_bytes if read.total_bytes else 0.0
    low = [
        share < limits.disk_share[place] and read.free_bytes < limits.disk_bytes[place]
        for place in (0, 1)
    ]
    if any(low):
        yield Finding(
            "critical" if low[1] else "warning",
            "disk",
            read.what,
            f"{size(read.free_bytes)} are free on the disk of {read.what} ({share * 100:.1f} %): "
            f"{named(read.path)}.",
            "When it is full, nothing can be kept there, and tasks fail.",
            "Free some space, or remove what is old: afi enqueue data_processing.cleanup_old_data.",
        )
