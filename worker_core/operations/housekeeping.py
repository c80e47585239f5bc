"""Removing what has expired and what killed processes left behind."""

import logging
from collections.abc import Callable

from worker_core.operations import scratch
from worker_core.operations.connection import broker_url, client, reaching
from worker_core.operations.ledger import opened
from worker_core.settings import Settings, current
from worker_core.storage import Artifacts, StorageError

log = logging.getLogger(__name__)

DONE = "afi:tidied"
EVERY_S = 3600


def tidy(settings: Settings | None = None) -> int:
    """Remove this computer's temporary files without a process, and once an hour, over all
    workers together, expired large results and half-written files in the store of files.

    What cannot be removed now is logged, and left for the next time. How many things went.

    Raises:
        BrokerUnreachable, BrokerRefused: the broker does not answer.
    """
    settings = settings or current()
    gone = scratch.clear(scratch.base(settings))
    url = broker_url(settings)
    with reaching(url), client(url) as redis:
        if not redis.set(settings.key_prefix + DONE, 1, nx=True, ex=EVERY_S):
            return gone
    return gone + sum(_tried(one, settings) for one in (_results, _drafts))


def _results(settings: Settings) -> int:
    return opened(settings).results.forget_expired()


def _drafts(settings: Settings) -> int:
    # Not through the storage, which a database that is away would keep from opening.
    return Artifacts(settings.artifacts_url).sweep()


def _tried(remove: Callable[[Settings], int], settings: Settings) -> int:
    try:
        return remove(settings)
    except StorageError as error:
        log.warning("What has expired was not removed: %s", error)
        return 0
