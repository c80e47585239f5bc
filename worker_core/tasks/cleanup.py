"""Removing what the retention policy no longer keeps."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from worker_core import settings
from worker_core.arguments import CleanupData
from worker_core.operations import scratch
from worker_core.tasks.base import Result, Run, catalog_task

log = logging.getLogger(__name__)


@catalog_task("data_processing.cleanup_old_data")
def cleanup_old_data(run: Run, arguments: CleanupData) -> Result:
    values = settings.current()
    now = datetime.now(UTC)
    kinds: dict[str, dict[str, Any]] = {}
    keepers = run.storage.keepers()
    for place, keeper in enumerate(keepers):
        run.progress(keeper.kind.replace("_", " "), place / (len(keepers) + 1))
        days: int | None = getattr(values, keeper.setting) if keeper.setting else None
        if days == 0:
            kinds[keeper.kind] = {"kept_days": None, "count": 0, "bytes": 0}
            continue
        before = now - timedelta(days=days or 0)
        found = keeper.removable(before) if arguments.dry_run else keeper.remove(before)
        kinds[keeper.kind] = {"kept_days": days, "count": found.count, "bytes": found.bytes}
    drafts = run.storage.artifacts.sweep(dry_run=arguments.dry_run)
    kinds["half_written_files"] = {"kept_days": 1, "count": drafts, "bytes": 0}
    if not arguments.dry_run:
        cleared = scratch.clear(scratch.base(values))
        kinds["temporary_folders"] = {"kept_days": 0, "count": cleared, "bytes": 0}
    total = sum(kind["count"] for kind in kinds.values())
    word = "would be removed" if arguments.dry_run else "removed"
    log.info("%d things %s: %s", total, word, {name: kind["count"] for name, kind in kinds.items()})
    return {
        "dry_run": arguments.dry_run,
        "count": total,
        "bytes": sum(kind["bytes"] for kind in kinds.values()),
        "kinds": kinds,
    }
