"""The reference by which an account's payments are told apart at the bank: ISO 11649, "RF…" (payments.md).

It is made of the customer number alone and so never changes: a standing order keeps working.
"""

from __future__ import annotations

import re
from hashlib import sha256

from stdnum.iso7064 import mod_97_10

_LONGEST = 21
_PLAIN = re.compile(rf"[0-9A-Z]{{1,{_LONGEST}}}")


def payment_reference(account_no: str) -> str:
    """The account's reference without spaces, up to 25 characters.

    A customer number of digits and capital letters stands in it as it is. Any other (with "-", "/", small letters)
    is replaced by a digest: leaving characters out could give two accounts the same reference.
    """
    body = (
        account_no
        if _PLAIN.fullmatch(account_no)
        else "X" + sha256(account_no.encode()).hexdigest()[:20].upper()
    )
    return f"RF{mod_97_10.calc_check_digits(body + 'RF')}{body}"
