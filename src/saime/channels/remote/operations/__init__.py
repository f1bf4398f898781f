"""Values are taken, the month's end is registered, suspicions are looked for. Each is one transaction."""

from saime.channels.remote.operations.finishing import Finished, finish_delivery
from saime.channels.remote.operations.registering import MonthNotOver, Registered, register_month
from saime.channels.remote.operations.sources import UnableToAddSource, add_source
from saime.channels.remote.operations.suspecting import refresh_suspicions
from saime.channels.remote.operations.taking import Judged, judge_values, take_values

__all__ = [
    "Finished", "Judged", "MonthNotOver", "Registered", "UnableToAddSource", "add_source", "finish_delivery",
    "judge_values", "refresh_suspicions", "register_month", "take_values",
]  # fmt: skip
