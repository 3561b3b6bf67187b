"""What leaves for OpenTelemetry: how long what took, and of a failure its kind."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from bot.error_reports import ExtraMissing
from bot.tracing import span, start_tracing, stop_tracing

WORDS = "the database password is on the wiki"


@dataclass
class Collector:
    url: str = ""
    bodies: list[bytes] = field(default_factory=list)

    @property
    def spans(self) -> dict[str, Span]:
        return {
            one.name: one
            for body in self.bodies
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans
            for scope in resource.scope_spans
            for one in scope.spans
        }


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    found = Collector()

    async def take(request: web.Request) -> web.Response:
        found.bodies.append(await request.read())
        return web.Response(content_type="application/x-protobuf")

    app = web.Application()
    app.router.add_post("/v1/traces", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0]
    found.url = f"http://{host}:{port}"
    yield found
    stop_tracing()
    await runner.cleanup()


async def test_spans_say_what_was_done_within_what_and_of_a_failure_its_kind(collector: Collector) -> None:
    provider = start_tracing(collector.url)
    with span("slack.request", type="slash_commands"), span("slack.call", method="chat.postMessage"):
        pass
    with pytest.raises(ValueError), span("outbox.intent", kind="reply"):
        raise ValueError(WORDS)
    await asyncio.to_thread(provider.shutdown)

    spans = collector.spans
    assert spans["slack.call"].parent_span_id == spans["slack.request"].span_id
    named = {one.key: one.value.string_value for one in spans["slack.call"].attributes}
    assert named == {"method": "chat.postMessage"}
    assert spans["outbox.intent"].status.message == "ValueError"
    assert WORDS.encode() not in b"".join(collector.bodies)


async def test_without_a_collector_a_span_is_nothing() -> None:
    with pytest.raises(ValueError), span("outbox.intent", kind="reply"):
        raise ValueError(WORDS)


def test_without_the_extra_the_setting_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)

    with pytest.raises(ExtraMissing, match=r"OTEL_EXPORTER_OTLP_ENDPOINT .*incident-scribe\[otel\]"):
        start_tracing("http://127.0.0.1:1")
