"""Where everything is on a paper form and what its code says: `saime.platform.sheets`, by which billing prints too."""

from saime.platform.sheets import *  # noqa: F403 - the same names
from saime.platform.sheets import __all__ as __all__
