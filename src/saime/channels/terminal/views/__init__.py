"""What terminals open and call."""

from saime.channels.terminal.views import api, page

__all__ = ["api", "page"]
