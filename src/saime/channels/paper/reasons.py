"""Why a scan was not read as it was meant, said so that one knows what to do."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _


def sentence(reason: str) -> str:
    """The reason in the reader's language; empty for a code that needs no words."""
    said = _SENTENCES.get(reason)
    return said() if said is not None else ""


_SENTENCES: dict[str, Callable[[], str]] = {
    # a file
    "empty": lambda: _("The file is empty. Scan the forms again."),
    "file_too_large": lambda: _("The file is larger than 500 MB. Scan fewer pages at a time."),
    "received_in_future": lambda: _("The day of receipt lies ahead. Check the date."),
    "not_a_scan": lambda: _("This is neither PDF nor TIFF, JPEG or PNG. Scan to one of these."),
    "encrypted": lambda: _("The PDF is protected by a password. Save it without one and send it again."),
    "broken": lambda: _("The file is damaged or not complete. Scan the forms again."),
    "no_pages": lambda: _("There is no page in the file. Scan the forms again."),
    "too_many_pages": lambda: _("The file has more than 2000 pages. Scan fewer pages at a time."),
    "too_large": lambda: _("The picture is far larger than a scanned page. Scan it at 200 or 300 dpi."),
    # a page
    "too_small": lambda: _("The picture is too small to be read. Scan it at 200 or 300 dpi."),
    "broken_page": lambda: _("The page is damaged. Scan it again."),
    "took_too_long": lambda: _("The page could not be read in a reasonable time. Scan it again."),
    "no_markers": lambda: _("There is no form of ours on the page."),
    "blank": lambda: _("The page is blank."),
    "markers_lost": lambda: _(
        "Corners of the form are missing. Scan the whole page, or enter the reading by hand."
    ),
    "scanned_before": lambda: _("The same form has been scanned before. It counts once."),
    # a form
    "no_code": lambda: _("The form's code cannot be read. Say whose form it is."),
    "unknown_account": lambda: _("The customer number on the form is not known. Say whose form it is."),
    "account_ended": lambda: _("The customer did not pay for the apartment in that month."),
    # a field
    "unsure": lambda: _("It is not certain what is written."),
    "sample": lambda: _(
        "The machine is sure. Some of these are looked at all the same, to see how often it is wrong."
    ),
    "crossed_out": lambda: _("Something has been crossed out."),
    "unreadable": lambda: _("It cannot be made out what is written."),
    "unknown_meter": lambda: _("The meter is not one of this apartment."),
    # a decision
    "no_fields": lambda: _("First say whose form it is."),
    "incomplete": lambda: _("Decide on every field in review."),
    "not_in_review": lambda: _("This field is not in review."),
    "known_already": lambda: _("It is known already whose form it is."),
    "no_such_sheet": lambda: _("The customer's form has no such sheet."),
}
