"""Removing results whose time is over, as a task."""

import logging
from datetime import UTC, datetime

from worker_core import settings
from worker_core.arguments import CleanupResults
from worker_core.operations import result_cleanup
from worker_core.storage.retention.tasks import ResultKeeper
from worker_core.tasks.base import Result, Run, catalog_task

log = logging.getLogger(__name__)


@catalog_task("monitoring.cleanup_old_results")
def cleanup_old_results(run: Run, arguments: CleanupResults) -> Result:
    hours = arguments.older_than_hours
    done = result_cleanup.clean(
        None if hours is None else hours * 3600.0,
        dry_run=arguments.dry_run,
        settings=settings.current(),
    )
    # Large results lie in the database, each with its own end: a mark may still refer to it.
    keeper = next(one for one in run.storage.keepers() if one.kind == ResultKeeper.kind)
    now = datetime.now(UTC)
    large = keeper.removable(now) if arguments.dry_run else keeper.remove(now)
    word = "would be removed" if arguments.dry_run else "removed"
    log.info("%d results %s, %d large ones", done.removed, word, large.count)
    return {
        "dry_run": arguments.dry_run,
        "seen": done.seen,
        "removed": done.removed,
        "bytes": done.bytes,
        "large_removed": large.count,
        "large_bytes": large.bytes,
        "kept": dict(done.kept),
        "complete": done.complete,
    }
