"""Is it up? For load balancers and watchers: plain text, no session, no personal data.

`live`: the process answers. `ready`: it can serve, that is, the database answers and knows every migration of ours; a
balancer sends visitors to ready ones only, and an upgrade is over when the new process is ready.
"""

from __future__ import annotations

from functools import cache

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def live(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("live\n", content_type="text/plain")


@never_cache
@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    """200 "ready", or 503 and what is missing."""
    missing = _what_is_missing()
    text = f"not ready: {missing}\n" if missing else "ready\n"
    return HttpResponse(text, status=503 if missing else 200, content_type="text/plain")


def _what_is_missing() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            applied = set(cursor.fetchall())
    except DatabaseError:
        return "the database does not answer"
    return "migrations are not applied" if _known_migrations() - applied else ""


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    from django.db.migrations.loader import MigrationLoader

    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations or ())


urlpatterns = [path("live", live, name="health_live"), path("ready", ready, name="health_ready")]
