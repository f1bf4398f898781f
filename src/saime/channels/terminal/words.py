"""Every word of the kiosk page, in all three languages at once: it changes its language without asking the server."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from saime.channels.terminal.wire import LANGUAGES


def words() -> dict[str, str]:
    """The words in the active language, by the name under which page and script ask for them."""
    return {name: word() for name, word in _WORDS.items()}


@cache
def words_by_language() -> dict[str, dict[str, str]]:
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = words()
    return found


_WORDS: dict[str, Callable[[], str]] = {
    # The start
    "title": lambda: _("Submit meter readings"),
    "scan": lambda: _("Hold the square code on your bill in front of the scanner"),
    "scan_or": lambda: pgettext("between two ways", "or"),
    "type_numbers": lambda: _("Type the numbers on the bill"),
    "language": lambda: _("Language"),
    "offline": lambda: _("No connection. Readings are kept here and sent later."),
    "waiting": lambda: _("Waiting to be sent: %(n)s"),
    # Which bill
    "which_bill": lambda: _("Which bill is yours?"),
    "customer_number": lambda: _("Customer number"),
    "bill_number": lambda: _("Bill number"),
    "numbers_hint": lambda: _("Both are at the top of the bill."),
    "numbers_missing": lambda: _("Type both numbers, please."),
    "checking": lambda: _("One moment, please …"),
    "trouble": lambda: _("That did not work. Please try again, or ask at the desk."),
    "next": lambda: _("Next"),
    "back": lambda: _("Back"),
    "leave": lambda: _("Stop and clear"),
    "delete": lambda: _("Delete the last character"),
    "letters": lambda: _("Letters"),
    "digits": lambda: _("Digits"),
    "keypad": lambda: _("Keypad"),
    # Readings
    "meter_of": lambda: _("Meter %(place)s of %(all)s"),
    "cold": lambda: _("Cold water"),
    "hot": lambda: _("Hot water"),
    "meter_no": lambda: _("Meter No. %(number)s"),
    "previous": lambda: _("Previous reading"),
    "dial_hint": lambda: _("The black digits, a comma, then the red ones."),
    "registered_now": lambda: _("This month's reading so far: %(value)s"),
    "skip": lambda: _("Not this meter"),
    "send": lambda: _("Send this reading"),
    "used": lambda: _("Used since then: %s m³"),
    "credit": lambda: _("Less than was charged by average: %s m³ will come back to you"),
    "less": lambda: _("This is less than the previous reading. Please look at the dial again."),
    "much": lambda: _("That makes %s m³, far more than usual. Please look at the dial again."),
    "wrong": lambda: _("Only digits and one comma, please: 123,456"),
    "empty": lambda: _("Enter the number on the dial, for example 123.456 or 123,456."),
    "doubt_title": lambda: _("Please look again"),
    "doubt": lambda: _("That makes %(m3)s m³, far more than usual. Does the meter really show %(value)s?"),
    "doubt_yes": lambda: _("Yes, the meter shows this"),
    "doubt_no": lambda: _("Correct the number"),
    # Without a line
    "offline_title": lambda: _("You can submit all the same"),
    "offline_text": lambda: _(
        "There is no connection just now. What you enter is kept in this terminal with the time, and that time counts. "
        "It is checked as soon as the connection is back."
    ),
    "offline_meter": lambda: _("Which meter is it?"),
    "offline_number": lambda: _("Number on the meter"),
    "offline_number_hint": lambda: _("Leave it empty if your home has only one such meter."),
    "go_on": lambda: _("Go on"),
    "another_meter": lambda: _("Another meter"),
    # The result
    "done": lambda: _("Thank you. Your readings have been received"),
    "done_kept": lambda: _("Thank you. Your readings are kept and will be checked"),
    "done_nothing": lambda: _("No reading was entered"),
    "registered": lambda: _("Registered"),
    "superseded": lambda: pgettext("reading", "Received, not used"),
    "in_review": lambda: _("Received, we will look at it"),
    "kept": lambda: _("Received, will be checked"),
    "kept_text": lambda: _(
        "If something does not fit, we cannot tell you here. In a day or two look at the portal, or call us."
    ),
    "comes_to": lambda: _("%(m3)s m³ this month"),
    "print": lambda: _("Print a slip"),
    "finish": lambda: _("Finish"),
    # No readings today
    "closed": lambda: _("Readings are not taken today"),
    "closed_text": lambda: _("At terminals they are taken from %(first)s to %(last)s."),
    "switched_off": lambda: _("Readings are not taken this way at the moment. Use another way."),
    "no_meters": lambda: _("There are no meters here"),
    # At rest
    "rest_title": lambda: _("Are you still there?"),
    "rest_text": lambda: _("So that nobody else sees what you entered, the screen is cleared soon."),
    "rest_seconds": lambda: _("Seconds left: %(n)s"),
    "rest_stay": lambda: _("I am still here"),
    # Out of service
    "out_title": lambda: _("This terminal is not in use"),
    "out_text": lambda: _("Please submit your readings in the portal, or ask at the desk."),
    "out_staff": lambda: _("For staff: set this terminal up"),
    "cannot_keep": lambda: _("The reading could not be kept. Please ask at the desk."),
    # The slip
    "slip_title": lambda: _("Meter readings"),
    "slip_terminal": lambda: _("Terminal"),
    "slip_number": lambda: _("Slip No."),
    "slip_thanks": lambda: _("Keep this slip until the bill comes."),
}
