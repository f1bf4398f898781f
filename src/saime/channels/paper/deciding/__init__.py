"""Deciding what a row of boxes says: the whole reading at once, with how plausible its consumption is. Pure."""

from saime.channels.paper.deciding.contracts import Decision, Route, UnableToDecide
from saime.channels.paper.deciding.reading import decide

__all__ = ["Decision", "Route", "UnableToDecide", "decide"]
