"""Spans for OpenTelemetry, where `OTEL_EXPORTER_OTLP_ENDPOINT` names a collector: the optional extra `otel`.

A span says how long a piece of work took and whether it failed. Its attributes are Scribe's own names and
Slack's ids; of an exception its kind is told and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING

from bot.error_reports import ExtraMissing

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Tracer

EXPORTED_WITHIN = 2
"""Seconds that sending spans may take; a collector that is away delays no stop for longer."""

_tracer: Tracer | None = None


def start_tracing(endpoint: str) -> TracerProvider:
    """Send spans to the collector at this address from now on; its `shutdown` sends what is left.

    Raises:
        ExtraMissing: the extra is not installed.
    """
    global _tracer
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise ExtraMissing(
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, and what it needs is not installed: "
            "pip install 'incident-scribe[otel]'."
        ) from None
    named = Resource.create({"service.name": "scribe", "service.version": version("incident-scribe")})
    provider = TracerProvider(resource=named)
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=EXPORTED_WITHIN)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    _tracer = provider.get_tracer("scribe")
    return provider


def stop_tracing() -> None:
    """Make no more spans."""
    global _tracer
    _tracer = None


@contextmanager
def span(name: str, **attributes: str) -> Iterator[None]:
    """What is done inside, as a span; costs nothing where nobody asked for spans.

    `attributes` are names and ids, never words of people's.
    """
    if _tracer is None:
        yield
        return
    from opentelemetry.trace import StatusCode

    with _tracer.start_as_current_span(
        name, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as made:
        try:
            yield
        except BaseException as problem:
            made.set_status(StatusCode.ERROR, type(problem).__name__)
            raise
