"""What every test needs: a PostgreSQL server of its own, and a browser for those that ask for one."""

from __future__ import annotations

import os

import pytest

from saime.platform.embedded import EmbeddedDatabase

# Nothing in a test database outlives the run, so nothing need reach the disk.
_UNSAFE_BUT_QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
}


def _server() -> EmbeddedDatabase:
    from django.conf import settings

    return EmbeddedDatabase(settings.TEST_DATA_DIR, extra_settings=_UNSAFE_BUT_QUICK)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    os.environ.setdefault(
        "DJANGO_ALLOW_ASYNC_UNSAFE", "true"
    )  # Playwright's loop runs in the test's own thread
    if not os.environ.get("DATABASE_URL"):
        _server().start()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    is_worker = hasattr(config, "workerinput")
    if not is_worker and not os.environ.get("DATABASE_URL"):
        _server().stop()
