"""A second opinion: the rules of the house once more, slow and plain, written from the rules' words alone.

Nothing here is shared with the product: dictionaries, fractions and loops. Periods are whole numbers, year × 12 +
month − 1; amounts of water and money are fractions until they are written down.
"""

from tests.oracle.model.arithmetic import month_from, month_text
from tests.oracle.model.house import House

__all__ = ["House", "month_from", "month_text"]
