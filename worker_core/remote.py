"""Commands that workers of this package know besides Celery's own. Imported by a worker alone."""

import os
import signal
from typing import Any

from celery.worker.control import control_command


@control_command()  # type: ignore[untyped-decorator]  # celery carries no types
def soft_shutdown(state: Any) -> dict[str, str]:
    """Stop now: running tasks have ``worker_soft_shutdown_timeout`` seconds to end, then they are
    given back. Celery knows this as a signal to the main process alone."""
    if not hasattr(signal, "SIGQUIT"):
        return {"error": "soft shutdown takes a signal that this system does not have."}
    # Later, or the signal would come before the answer is out.
    state.consumer.call_soon(os.kill, os.getpid(), signal.SIGQUIT)
    seconds = state.app.conf.worker_soft_shutdown_timeout
    return {"ok": f"it stops; what it runs has {seconds:g} s to end and is then given back."}
