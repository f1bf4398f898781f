"""What can be done with logins and access. Each operation is one transaction, safe to repeat and to race."""

from saime.residents.operations.connecting import (
    TooManyTries,
    UnableToConnect,
    connect_by_code,
    issue_connect_code,
    issue_connect_codes,
    prove_code,
    send_connect_code,
)
from saime.residents.operations.housekeeping import forget_what_is_over
from saime.residents.operations.logins import create_login, set_language, vouch_for_email
from saime.residents.operations.sharing import (
    UnableToAccept,
    UnableToEnd,
    UnableToInvite,
    accept_invitation,
    end_access,
    invitation_of_token,
    invite,
    withdraw_invitation,
)
from saime.residents.operations.staff_views import UnableToView, end_staff_view, start_staff_view
from saime.residents.operations.telling import tell_of_readings

__all__ = [
    "TooManyTries", "UnableToAccept", "UnableToConnect", "UnableToEnd", "UnableToInvite", "UnableToView",
    "accept_invitation", "connect_by_code", "create_login", "end_access", "end_staff_view", "forget_what_is_over",
    "invitation_of_token", "invite", "issue_connect_code", "issue_connect_codes", "prove_code", "send_connect_code",
    "set_language", "start_staff_view", "tell_of_readings", "vouch_for_email", "withdraw_invitation",
]  # fmt: skip
