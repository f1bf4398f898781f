"""`saime paper calibrate`: looks by itself, changes only when told to, and what it sets is what scans are read by."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model

from saime.channels.paper.models import (
    FieldDecision,
    FormField,
    ScannedFile,
    ScannedForm,
    ScannedPage,
)
from saime.channels.paper.operations.calibrating import UnableToCalibrate, apply_threshold, propose_threshold
from saime.channels.paper.queries.threshold import in_force
from saime.interchange.cli import main
from saime.interchange.commands import paper_calibrate
from saime.platform.models import Policy
from saime.platform.policies import PolicyBook

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture
def form(db: None) -> ScannedForm:
    file = ScannedFile.objects.create(sha256="0" * 64, name="scan.pdf", size=1, source="upload", received_at=NOW,
                                      received_on=TODAY, kept_as="x", state="done")  # fmt: skip
    page = ScannedPage.objects.create(file=file, number=1, outcome="form")
    return ScannedForm.objects.create(page=page, position=1, kept_as="x", content="0", ink=b"", state="read")


def fields(form: ScannedForm, confidences: list[float], *, route: str, reason: str) -> list[FormField]:
    start = form.fields.count() + 1
    return FormField.objects.bulk_create(
        FormField(form=form, number=start + number, kept_as="x", value=Decimal("127.500"), confidence=confidence,
                  route=route, reason=reason)
        for number, confidence in enumerate(confidences)
    )  # fmt: skip


def decide(rows: list[FormField], *, value: str = "127.500") -> None:
    clerk, _ = get_user_model().objects.get_or_create(email="clerk@example.com")
    FieldDecision.objects.bulk_create(
        FieldDecision(
            field=row, decided_by=clerk, decided_at=NOW, outcome="value", value=Decimal(value), seconds=3
        )
        for row in rows
    )


@pytest.fixture
def decided(form: ScannedForm) -> ScannedForm:
    """300 doubtful readings that were right where they were above 0.6; 300 sampled ones of 9,300, all right."""
    spread = [0.3 + number * 0.002 for number in range(300)]
    doubtful = fields(form, spread, route="review", reason="unsure")
    decide([row for row in doubtful if row.confidence >= 0.6])
    decide([row for row in doubtful if row.confidence < 0.6], value="129.500")
    decide(fields(form, [0.9995] * 300, route="review", reason="sample"))
    fields(form, [0.9995] * 9000, route="accepted", reason="sure")
    return form


def test_without_decisions_nothing_is_proposed(db: None) -> None:
    found = propose_threshold(now=NOW)
    assert (found.why, found.proposed, found.doubtful, found.sampled) == ("too_few", None, 0, 0)
    with pytest.raises(UnableToCalibrate):
        apply_threshold(found=found, now=NOW)
    assert not Policy.objects.exists()


def test_looking_changes_nothing(decided: ScannedForm) -> None:
    found = propose_threshold(now=NOW)
    assert (found.doubtful, found.sampled, found.sure) == (300, 300, 9300)
    assert found.proposed is not None
    assert 0.5 <= found.proposed.threshold < 0.61
    assert not Policy.objects.exists()


def test_what_is_applied_holds_from_that_day_on(decided: ScannedForm) -> None:
    before = in_force(TODAY, PolicyBook.load())
    found = propose_threshold(now=NOW)
    apply_threshold(found=found, now=NOW)
    assert found.proposed is not None
    after = in_force(TODAY, PolicyBook.load())
    assert after.threshold == found.proposed.threshold < before.threshold
    assert "300 doubtful and 300 sampled" in after.decision
    assert in_force(TODAY - timedelta(days=1), PolicyBook.load()) == before


def test_applied_twice_a_day_it_is_one_decision(decided: ScannedForm) -> None:
    found = propose_threshold(now=NOW)
    for _ in range(2):
        apply_threshold(found=found, now=NOW)
    assert Policy.objects.filter(policy="paper_threshold").count() == 1


def test_the_next_calibration_counts_from_the_last(decided: ScannedForm) -> None:
    later = NOW + timedelta(days=3650)
    apply_threshold(found=propose_threshold(now=NOW), now=later)
    assert propose_threshold(now=later).why == "too_few"


def test_crossed_out_and_unknown_meters_say_nothing_of_the_threshold(form: ScannedForm) -> None:
    decide(fields(form, [0.99] * 5, route="review", reason="crossed_out"), value="1")
    decide(fields(form, [0.2] * 5, route="review", reason="unknown_meter"), value="1")
    found = propose_threshold(now=NOW)
    assert (found.doubtful, found.sampled) == (0, 0)


@pytest.fixture
def saime(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's database is the installation."""
    monkeypatch.setattr(paper_calibrate, "open_installation", lambda: False)


@pytest.mark.usefixtures("saime")
def test_the_command_is_dry_until_told(decided: ScannedForm, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["paper", "calibrate"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["applied"] is False
    assert "--apply" in said.err
    assert not Policy.objects.exists()
    assert main(["paper", "calibrate", "--apply"]) == 0
    assert json.loads(capsys.readouterr().out)["applied"] is True
    assert Policy.objects.get().policy == "paper_threshold"


@pytest.mark.usefixtures("saime", "db")
def test_the_command_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["paper", "calibrate", "--apply"]) == 1
    assert "too few decisions" in capsys.readouterr().err
    assert not Policy.objects.exists()
