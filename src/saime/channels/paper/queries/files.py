"""Files that came in, how far they are, their pages, and the pictures that were kept of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db.models import Count, Q, QuerySet

from saime.channels.paper.contracts import FileView, PageView
from saime.channels.paper.intake.keeping import full
from saime.channels.paper.models import FormField, ScannedFile, ScannedForm, ScannedPage

_WITHOUT_FORM = ("not_a_form", "unreadable")


def files(*, limit: int = 50, before: int | None = None) -> list[FileView]:
    """Files, the latest first; `before`: only those that came before this one. Two queries."""
    rows = ScannedFile.objects.all() if before is None else ScannedFile.objects.filter(id__lt=before)
    return _views(list(rows.order_by("-id")[:limit]))


def file_view(file_id: int) -> FileView | None:
    """One file; None where there is none."""
    return next(iter(_views(list(ScannedFile.objects.filter(id=file_id)))), None)


def _views(rows: Sequence[ScannedFile]) -> list[FileView]:
    of_pages = ScannedPage.objects.filter(file__in=rows).values("file_id")
    counts: dict[int, Mapping[str, Any]] = {
        row["file_id"]: row
        for row in of_pages.annotate(
            pages=Count("id", distinct=True),
            without=Count("id", filter=~Q(outcome="form"), distinct=True),
            found=Count("forms", distinct=True),
            in_review=Count("forms", filter=Q(forms__state="in_review"), distinct=True),
        )
    }
    nothing = {"pages": 0, "without": 0, "found": 0, "in_review": 0}
    return [_view(row, counts.get(row.id, nothing)) for row in rows]


def _view(row: ScannedFile, count: Mapping[str, Any]) -> FileView:
    return FileView(
        row.id, row.name, row.content_type, row.size, row.source, row.received_at, row.received_on, row.state,
        row.reason, row.page_count, count["pages"], count["found"], count["in_review"], count["without"],
    )  # fmt: skip


def pages_of(file_id: int) -> list[PageView]:
    """All pages of a file, in order. Two queries."""
    return _pages(ScannedPage.objects.filter(file_id=file_id).order_by("number"))


def pages_without_form(*, limit: int = 50, before: int | None = None) -> list[PageView]:
    """Pages on which no form was found, the latest first: for somebody to look through."""
    rows = ScannedPage.objects.filter(outcome__in=_WITHOUT_FORM).exclude(reason="blank")
    rows = rows if before is None else rows.filter(id__lt=before)
    return _pages(rows.order_by("-id")[:limit])


def _pages(rows: QuerySet[ScannedPage]) -> list[PageView]:
    found = list(rows.select_related("file"))
    accounts: dict[int, list[str]] = defaultdict(list)
    forms = ScannedForm.objects.filter(page__in=[page.id for page in found]).order_by("page_id", "position")
    for page_id, number in forms.values_list("page_id", "account_no"):
        accounts[page_id].append(number)
    return [
        PageView(
            page.id, page.file_id, page.file.name, page.number, page.outcome, page.reason, page.kept_as,
            page.file.received_on, page.read_at, tuple(accounts[page.id]),
        )
        for page in found
    ]  # fmt: skip


# Pictures, by what they show: no page asks for a place on the disk.


def picture_of_page(page_id: int) -> Path | None:
    return _picture(ScannedPage.objects.filter(id=page_id))


def picture_of_form(form_id: int) -> Path | None:
    return _picture(ScannedForm.objects.filter(id=form_id))


def picture_of_field(field_id: int) -> Path | None:
    return _picture(FormField.objects.filter(id=field_id))


def _picture(rows: QuerySet[ScannedPage] | QuerySet[ScannedForm] | QuerySet[FormField]) -> Path | None:
    """The JPEG; None where there is none, or none any more."""
    place = rows.values_list("kept_as", flat=True).first()
    return full(place) if place and full(place).is_file() else None
