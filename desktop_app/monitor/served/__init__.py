"""Watching one's own tasks through a server of the HTTP API, where no broker is reached.

The same batches come out as of a broker that is watched, so that pages need not know."""

from desktop_app.monitor.served.session import ServedSession

__all__ = ["ServedSession"]
