"""What is done on terminals: enrolling and revoking them, looking up a bill's meters, taking entries."""

from saime.channels.terminal.operations.enrolment import (
    NameTaken,
    TooManyTries,
    UnableToEnrol,
    UnknownTerminal,
    enrol,
    redeem_code,
    revoke,
)
from saime.channels.terminal.operations.entries import MOST_ENTRIES, take_entries
from saime.channels.terminal.operations.visits import UnableToLookUp, WrongTooOften, look_up, note_sign

__all__ = [
    "MOST_ENTRIES",
    "NameTaken",
    "TooManyTries",
    "UnableToEnrol",
    "UnableToLookUp",
    "UnknownTerminal",
    "WrongTooOften",
    "enrol",
    "look_up",
    "note_sign",
    "redeem_code",
    "revoke",
    "take_entries",
]
