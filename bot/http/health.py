"""`/healthz`, `/readyz` and `/metrics`: for process managers, load balancers and Prometheus."""

from __future__ import annotations

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.http.metrics import CONTENT_TYPE, MetricsPage
from bot.slack.readiness import ReadinessCheck


def health_routes(check: ReadinessCheck, metrics: MetricsPage) -> list[BaseRoute]:
    """`/healthz` says that the process is alive, `/readyz` whether it can do its work now (200 or 503).

    `/metrics` says what it did and what waits.
    """

    async def healthz(request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(request: Request) -> Response:
        found = await check.read()
        return JSONResponse({"ready": found.is_ready, **asdict(found)}, 200 if found.is_ready else 503)

    async def measured(request: Request) -> Response:
        return Response(await metrics.read(), media_type=CONTENT_TYPE)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", measured)]
