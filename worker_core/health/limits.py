"""From where on something is worth a word, and from where on it is bad."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, bytes and shares. Of two limits the first is for a warning."""

    latency_s: tuple[float, float] = (0.1, 1.0)
    """Of an answer by the broker or the database."""
    memory_share: tuple[float, float] = (0.8, 0.95)
    """Of what the broker may take."""
    oldest_s: tuple[float, float] = (600.0, 3600.0)
    """That the oldest message of a queue waits."""
    failure_share: tuple[float, float] = (0.1, 0.5)
    """Of the tasks that ended; what is held against it is the lower end of its 95 % interval."""
    disk_share: tuple[float, float] = (0.1, 0.02)
    """Of a disk that is free, in so far as that is less than ``disk_bytes``."""
    disk_bytes: tuple[float, float] = (5e9, 5e8)
    skew_s: tuple[float, float] = (2.0, 15.0)
    """Between two clocks, beyond what the measurement leaves open. Celery's own limit is 15 s."""
    overdue_s: float = 60.0
    """After which nobody will start what was due."""
    missed_days: float = 1.0
    """That a missed run is news."""
    connections_share: float = 0.9
    """Of a PostgreSQL server's connections that are taken."""
