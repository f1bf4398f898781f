"""saime paper forms: forms for a month's readings, for everybody, a building or an account, in one PDF."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from saime.interchange.cli import FAILED, WrongUsage
from saime.interchange.commands.session import Ticker, known_building, open_installation, say, timed

if TYPE_CHECKING:
    from saime.channels.paper.printing.accounts import FormAccount, NoForm
    from saime.channels.paper.printing.contracts import Form


def paper_forms(arguments: Namespace) -> int:
    open_installation()
    accounts = _accounts(arguments)
    made = _Made(len(accounts), Ticker(wanted=arguments.progress))
    with timed() as spent:
        status = made.write(accounts, arguments)
    size = arguments.out.stat().st_size if status == 0 else 0
    say({"period": str(arguments.period), "forms": made.forms, "sheets": made.sheets, **made.without, "bytes": size,
         **spent})  # fmt: skip
    return status


def _accounts(arguments: Namespace) -> list[FormAccount]:
    from saime.channels.paper.printing.accounts import accounts_for_forms

    known_building(arguments.building)
    accounts = accounts_for_forms(
        arguments.period,
        building_no=arguments.building,
        account_no=arguments.account,
        on_paper_only=arguments.paper_only,
    )
    if not accounts:
        raise WrongUsage(_nobody(arguments))
    return accounts


def _nobody(arguments: Namespace) -> str:
    day = arguments.period.last_day
    if arguments.account and arguments.paper_only:
        return f"account {arguments.account!r} does not pay on {day}, or wants no paper (--paper-only)"
    if arguments.account:
        return f"no account {arguments.account!r} pays on {day}, the month's last day"
    still = " and still gets paper" if arguments.paper_only else ""
    return (
        f"no account pays on {day}, the month's last day{still}; import accounts first, or name another month"
    )


class _Made:
    """What has been printed so far, and for how many there was nothing to print."""

    def __init__(self, wanted: int, ticker: Ticker) -> None:
        self.wanted, self.ticker = wanted, ticker
        self.forms = self.sheets = 0
        self.without = Counter({"no_meters": 0, "channel_off": 0})

    def write(self, accounts: list[FormAccount], arguments: Namespace) -> int:
        from saime.channels.paper.printing.accounts import forms
        from saime.channels.paper.printing.files import write_forms
        from saime.channels.paper.printing.render import UnableToPrintForms

        try:
            for done in write_forms(self._forms(forms(accounts, arguments.period)), arguments.out):
                self.ticker.show("printing", (done + self.without.total()) / self.wanted, done)
        except UnableToPrintForms as error:
            print(f"saime paper forms: {self._why() or error}", file=sys.stderr)
            return FAILED
        except OSError as error:
            raise WrongUsage(
                f"{error.filename or arguments.out} cannot be written: {error.strerror}"
            ) from error
        finally:
            self.ticker.end()
        return 0

    def _forms(self, made: Iterable[Form | NoForm]) -> Iterator[Form]:
        from saime.channels.paper.printing.accounts import NoForm

        for form in made:
            if isinstance(form, NoForm):
                self.without[form.reason] += 1
            else:
                self.forms += 1
                self.sheets += len(form.sheets)
                yield form

    def _why(self) -> str:
        """Why nobody gets a form; empty where somebody does."""
        if self.forms:
            return ""
        if self.without["channel_off"]:
            return "forms are switched off for this month (policy channel_paper); there is nothing to print"
        return "none of these accounts has a meter at the month's end; there is nothing to print"
