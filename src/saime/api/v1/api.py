"""The API: /api/v1. What it can do stands in /api/v1/openapi.json."""

from __future__ import annotations

from ninja import NinjaAPI

from saime.api.v1 import meters, paper, problems, readings, remote

api = NinjaAPI(
    title="Saime",
    version="1",
    description="Readings in, meters and what became of readings out. Errors are application/problem+json (RFC 9457).",
    # The usual documentation page needs scripts of strangers and inline ones; ours is /api/.
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api_v1",
)
problems.install(api)
for part in (readings, meters, remote, paper):
    api.add_router("", part.router)
