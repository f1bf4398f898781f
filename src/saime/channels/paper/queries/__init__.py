"""What pages ask of the paper channel: files and pages, the review desk, what people decided."""

from saime.channels.paper.queries.decided import decided_fields
from saime.channels.paper.queries.desk import desk_queue, form_on_desk
from saime.channels.paper.queries.files import (
    file_view,
    files,
    pages_of,
    pages_without_form,
    picture_of_field,
    picture_of_form,
    picture_of_page,
)

__all__ = [
    "decided_fields",
    "desk_queue",
    "file_view",
    "files",
    "form_on_desk",
    "pages_of",
    "pages_without_form",
    "picture_of_field",
    "picture_of_form",
    "picture_of_page",
]
