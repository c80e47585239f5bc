"""OpenTelemetry: traces of tasks from whoever sends them to the worker that runs them.

Off unless the settings name a collector, and then it needs the extra ``otel``. Nothing of it ever
keeps a task from running: what is missing is logged, what cannot be sent is dropped.
"""

import logging
import os
from typing import Any, Final

from worker_core import __version__
from worker_core.extras import how_to_add
from worker_core.settings import Settings, current

log = logging.getLogger(__name__)

EXPORT_TIMEOUT_S: Final = 3
FLUSH_MS: Final = 2000
TRACES: Final = "/v1/traces"
MISSING: Final = (
    "Traces are to be sent to %s, but the extra otel is not installed, so none are. %s "
    "Or unset AFI_OTEL_ENDPOINT. (%s)"
)

# By process: a pool's children each have their own, since its thread does not cross a fork.
_started: dict[int, Any] = {}


def start(service: str, settings: Settings | None = None) -> bool:
    """Trace this process's tasks under the name ``service``; whether that is so now. Done again it
    changes nothing."""
    settings = settings or current()
    endpoint = settings.otel_endpoint
    if not endpoint:
        return False
    if os.getpid() in _started:
        return True
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.instrumentation.celery import CeleryInstrumentor
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        log.warning(MISSING, endpoint, how_to_add("otel"), error)
        return False
    about = {"service.name": service, "service.version": __version__}
    provider = TracerProvider(resource=Resource.create(about))
    url = endpoint if endpoint.endswith(TRACES) else endpoint.rstrip("/") + TRACES
    exporter = OTLPSpanExporter(endpoint=url, timeout=EXPORT_TIMEOUT_S)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    CeleryInstrumentor().instrument(tracer_provider=provider)
    _started[os.getpid()] = provider
    log.info("Traces of %s are sent to %s.", service, url)
    return True


def stop() -> None:
    """Send what is left, for two seconds at most."""
    provider = _started.pop(os.getpid(), None)
    if provider is not None:
        provider.force_flush(FLUSH_MS)
