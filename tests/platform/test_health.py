"""A balancer learns whether a process can serve."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client


def test_it_is_live_without_a_database(client: Client) -> None:
    answer = client.get("/health/live")
    assert (answer.status_code, answer.content) == (200, b"live\n")


@pytest.mark.django_db
def test_it_is_ready_when_every_migration_is_applied(client: Client) -> None:
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.content) == (200, b"ready\n")
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies


@pytest.mark.django_db
def test_it_is_not_ready_while_a_migration_is_missing(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'metering'")
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.content) == (503, b"not ready: migrations are not applied\n")


@pytest.mark.django_db
def test_it_is_asked_only(client: Client) -> None:
    assert client.post("/health/ready").status_code == 405
