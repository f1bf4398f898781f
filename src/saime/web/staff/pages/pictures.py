"""Where a kept picture is seen: never in a public folder, always through a view that asks who looks."""

from __future__ import annotations

from django.urls import reverse


def picture_url(what: str, id_: int) -> str:
    """The address of the picture of a "page", "form" or "field"."""
    return reverse("staff:picture", args=[what, id_])
