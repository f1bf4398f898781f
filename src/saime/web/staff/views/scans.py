"""Scans: handed in here, and followed page by page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from saime.channels.paper import queries as paper
from saime.channels.paper.contracts import FileView, TakenFile
from saime.channels.paper.operations import UnableToTakeFile, take_file
from saime.channels.paper.reasons import sentence
from saime.platform.periods import RIGA
from saime.web.staff.access import staff_id, staff_page
from saime.web.staff.pages.rendering import render_staff
from saime.web.staff.places import ADD_SCANS, SEE_SCANS

_LISTED = 50
_MOST_FILES = 50


@require_safe
@staff_page(SEE_SCANS)
def scans(request: HttpRequest) -> HttpResponse:
    """The list alone for htmx, which asks again while something is being read."""
    before = request.GET.get("before", "")
    is_number = before.isascii() and before.isdigit() and len(before) < 19
    found = paper.files(limit=_LISTED + 1, before=int(before) if is_number else None)
    context = {"files": found[:_LISTED], "more": found[_LISTED - 1].file_id if len(found) > _LISTED else None,
               "is_first": not is_number, "is_busy": _is_busy(found), "why": sentence}  # fmt: skip
    if getattr(request, "htmx", False):
        return render(request, "staff/scans_list.html", context)
    today = timezone.now().astimezone(RIGA).date()
    more = {"today": today, "may_add": request.user.has_perm(ADD_SCANS)}
    return render_staff(request, "staff/scans.html", "scans", context | more)


def _is_busy(files: Iterable[FileView]) -> bool:
    return any(file.state in ("queued", "reading") for file in files)


@require_POST
@staff_page(SEE_SCANS, ADD_SCANS)
def upload(request: HttpRequest) -> HttpResponse:
    """Each file is taken, or refused, by itself; what is in it says its content, not its name."""
    sent = request.FILES.getlist("files")[:_MOST_FILES]
    received_on = _day(request.POST.get("received_on", ""))
    if not sent:
        messages.error(request, _("Choose a file first: PDF, TIFF, JPEG or PNG."))
    taken = [found for file in sent if (found := _take(request, file, received_on)) is not None]
    if fresh := sum(file.is_new and file.state != "failed" for file in taken):
        said = ngettext(
            "%(n)s file is taken and waits to be read.", "%(n)s files are taken and wait to be read.", fresh
        )
        messages.success(request, said % {"n": fresh})
    return redirect("staff:scans")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _take(request: HttpRequest, file: UploadedFile[Any], received_on: date | None) -> TakenFile | None:
    facts = {"name": file.name or "?"}
    try:
        taken = take_file(
            chunks=file.chunks(), name=file.name or "", source="upload", now=timezone.now(), received_on=received_on,
            sent_by=staff_id(request),
        )  # fmt: skip
    except UnableToTakeFile as error:
        messages.error(request, f"{facts['name']}: {sentence(error.reason)}")
        return None
    if not taken.is_new:
        messages.info(request, _("%(name)s has come before: it is one file, read once.") % facts)
    elif taken.state == "failed":
        messages.error(request, f"{facts['name']}: {sentence(taken.reason)}")
    return taken


@require_safe
@staff_page(SEE_SCANS)
def scan(request: HttpRequest, file_id: int) -> HttpResponse:
    """A file, page by page."""
    file = paper.file_view(file_id)
    if file is None:
        raise Http404
    context = {"file": file, "pages": paper.pages_of(file_id), "is_busy": _is_busy([file]), "why": sentence}
    if getattr(request, "htmx", False):
        return render(request, "staff/scan_pages.html", context)
    return render_staff(request, "staff/scan.html", "scans", context)
