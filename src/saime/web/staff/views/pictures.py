"""Pictures of what came in on paper, for those who work with them.

Only what we drew ourselves is shown. What came in as it came may be anything, and is never sent to a browser.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from saime.channels.paper import queries
from saime.web.staff.access import staff_page
from saime.web.staff.places import DECIDE_DOUBTS, DECIDE_FORMS, SEE_SCANS

_RIGHTS = (DECIDE_FORMS, DECIDE_DOUBTS, SEE_SCANS)
_PATHS = {
    "page": queries.picture_of_page,
    "form": queries.picture_of_form,
    "field": queries.picture_of_field,
}


@require_safe
@staff_page()
def picture(request: HttpRequest, what: str, id_: int) -> HttpResponse:
    """`what`: page, form or field."""
    if not any(request.user.has_perm(right) for right in _RIGHTS):
        raise PermissionDenied
    path = _PATHS[what](id_) if what in _PATHS else None
    if path is None:
        raise Http404
    response = HttpResponse(path.read_bytes(), content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    # It never changes: kept by this browser only, and not for long.
    response["Cache-Control"] = "private, max-age=600, immutable"
    return response
