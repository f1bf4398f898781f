"""What can be done with text messages. Each operation is safe to repeat, to race and to be cut off in the middle."""

from saime.channels.sms.operations.parts import close_incomplete, receive_part
from saime.channels.sms.operations.receiving import TooBusy, UnableToReceive, receive_message
from saime.channels.sms.operations.reports import record_report
from saime.channels.sms.operations.sending import Claimed, claim, give_up_expired, not_taken, refused, taken

__all__ = [
    "Claimed", "TooBusy", "UnableToReceive", "claim", "close_incomplete", "give_up_expired", "not_taken",
    "receive_message", "receive_part", "record_report", "refused", "taken",
]  # fmt: skip
