"""The event journal: what it is called and how it is laid out in the broker.

Celery's events are heard by those who listen at that moment and by nobody else. Workers of this
project therefore also append what they publish to a capped Redis stream, from which a dashboard
reads what it missed. Each entry has one field, ``events``: the JSON of one event, or of a list of
them, as in the body of the published message. The id is the broker's time of the entry.

Heartbeats are left out. They say nothing about the past, and a weekend of them would push out
everything that does.
"""

# Follows the broker's ``global_keyprefix``, like every key of Celery's.
KEY = "afi:journal"
FIELD = "events"
# Published messages that the journal holds as well carry a header of this name.
HEADER = "afi-journalled"
# The classes that keep it, for Celery's ``events``.
EVENTS = "worker_core.operations.journalled:JournalledEvents"
# Celery's configuration key for the number of entries to keep; 0 is without a journal.
ENTRIES_KEY = "afi_journal_events"


def journal_key(prefix: str = "") -> str:
    """The stream's key in a broker whose keys begin with ``prefix``."""
    return f"{prefix}{KEY}"
