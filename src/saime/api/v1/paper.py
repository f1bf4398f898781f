"""Scanned forms from a scanner or another system."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from saime.api.models import Scope
from saime.api.v1.auth import ApiRequest, KeyAuth
from saime.api.v1.problems import Problem
from saime.channels.paper.operations import UnableToTakeFile, take_file
from saime.channels.paper.reasons import sentence

MOST_BYTES = 200 * 1024 * 1024  # a scan of 500 pages at 300 dpi in grey
_PIECE = 64 * 1024

router = Router(tags=["paper forms"])


class FileOut(Schema):
    """A file as it stands. Sending the same bytes again says how far it has come."""

    file_id: int
    is_new: bool = Field(description="False: the same bytes had come before.")
    state: str = Field(description="queued, reading, done, failed")
    reason: str = Field(description="Of a failed one: a code.")
    text: str = Field(description="The reason as a sentence, in the language asked for (Accept-Language).")


@router.post(
    "/paper/files",
    response=FileOut,
    auth=KeyAuth(Scope.PAPER, most_bytes=MOST_BYTES),
    openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": {}}}},
)
def hand_in_scan(
    request: ApiRequest,
    name: Annotated[str, Query(max_length=200)] = "scan",
    received_on: Annotated[date | None, Query(description="The day it came in, by which it counts.")] = None,
) -> dict[str, Any]:
    """Hand a scan in: PDF, TIFF, JPEG or PNG, as the body of the request. The same bytes again are the same file."""
    try:
        taken = take_file(
            chunks=_pieces(request), name=name, source="api", now=timezone.now(), received_on=received_on
        )
    except UnableToTakeFile as error:
        raise Problem(422, "unusable_file", reason=error.reason, text=sentence(error.reason)) from error
    return {
        "file_id": taken.file_id, "is_new": taken.is_new, "state": taken.state, "reason": taken.reason,
        "text": sentence(taken.reason),
    }  # fmt: skip


def _pieces(request: HttpRequest) -> Iterator[bytes]:
    while piece := request.read(_PIECE):
        yield piece
