"""The `saime` command. Arguments are read here; what a command does is imported when it is asked for."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from saime.platform.periods import Period

KINDS = (
    "buildings",
    "accounts",
    "meters",
    "readings",
    "services",
    "tariffs",
    "supplier-invoices",
    "policies",
    "payments",
)
EXPORTS = (
    "submissions",
    "consumption",
    "water-difference",
    "bills",
    "bill-lines",
    "balances",
    "ledger",
    "ubl",
)
SCOPES = ("readings:submit", "meters:read", "paper:upload", "remote:readings")
FAILED, WRONG_USAGE, INTERRUPTED = 1, 2, 130


class WrongUsage(Exception):
    """The command was asked for something it cannot do. The text says what to write instead."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command. 0: done; 1: bad rows, or it could not be done; 2: wrong usage."""
    from saime.interchange.commands import run

    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["manage"]:
        return run("manage", arguments[1:])
    asked = parser().parse_args(arguments)
    return run(asked.command, asked)


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="saime",
        description="Saime, the portal and back office of a house manager. SAIME_DATA_DIR names the installation.",
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("init", help="make an empty installation in SAIME_DATA_DIR")
    commands.add_parser("stop", help="stop its database")
    _add_files(commands)
    _add_month(commands)
    _add_statement(commands)
    _add_paper(commands)
    _add_sms(commands)
    _add_remote(commands)
    _add_api(commands)
    _add_terminal(commands)
    demo = commands.add_parser("demo-data", help="fill an empty installation with the demo company")
    demo.add_argument(
        "--accounts", type=_count, default=2000, metavar="N", help="how many accounts (default: 2000)"
    )
    serve = commands.add_parser("serve", help="run the web server")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=_count, default=8000)
    serve.add_argument("--workers", type=_count, default=2)
    commands.add_parser("manage", help="run a command of Django, for example: saime manage createsuperuser")
    return top


def _add_files(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    take = commands.add_parser("import", help="import a file (CSV or XLSX)")
    take.add_argument("kind", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    take.add_argument("file", type=Path, metavar="FILE")
    take.add_argument("--partial", action="store_true", help="take the good rows where others are bad")
    take.add_argument(
        "--history", action="store_true", help="past months: windows and today's date do not bind"
    )
    take.add_argument("--progress", action="store_true", help="show how far it is even where nobody watches")
    give = commands.add_parser("export", help="write figures to standard output")
    give.add_argument("kind", choices=EXPORTS, metavar="KIND", help=", ".join(EXPORTS))
    give.add_argument(
        "--period", type=_period, metavar="YYYY-MM", help="the month (all but balances and ledger)"
    )
    give.add_argument("--building", metavar="BUILDING_NO", help="only this building")
    give.add_argument("--from", dest="first", type=_day, metavar="YYYY-MM-DD", help="first day (ledger)")
    give.add_argument("--to", dest="last", type=_day, metavar="YYYY-MM-DD", help="last day (ledger)")
    give.add_argument("--dir", type=Path, metavar="DIR", help="where the files go, one a bill (ubl)")
    give.add_argument("--xlsx", action="store_true", help="as a workbook instead of CSV")


def _add_month(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    consumption = commands.add_parser("consumption", help="compute what a month is charged with, and show it")
    bill_run = commands.add_parser("bill-run", help="make the bills of a month")
    pdf = commands.add_parser("bills-pdf", help="write the bills of a month as PDF")
    for command in (consumption, bill_run, pdf):
        command.add_argument("--period", type=_period, required=True, metavar="YYYY-MM")
    for command in (consumption, bill_run, pdf):
        command.add_argument("--building", metavar="BUILDING_NO", help="only this building")
    what = bill_run.add_mutually_exclusive_group(required=True)
    what.add_argument("--dry-run", action="store_true", help="figures and what looks wrong; nothing is kept")
    what.add_argument("--issue", action="store_true", help="issue the bills and close the month")
    bill_run.add_argument(
        "--issued-on", type=_day, metavar="YYYY-MM-DD", help="day of issue (default: today)"
    )
    bill_run.add_argument("--progress", action="store_true")
    where = pdf.add_mutually_exclusive_group(required=True)
    where.add_argument("--dir", type=Path, metavar="DIR", help="one file a bill")
    where.add_argument("--print-file", type=Path, metavar="FILE", help="all in one file, for the printer")
    pdf.add_argument("--paper-only", action="store_true", help="only for those who still get paper")
    pdf.add_argument(
        "--without-slips", action="store_true", help="on paper too, no tear-off slip for the next readings"
    )
    pdf.add_argument("--progress", action="store_true")


def _add_paper(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    paper = commands.add_parser("paper", help="readings on paper forms: print them, read scans of them")
    steps = paper.add_subparsers(dest="step", required=True, metavar="STEP")
    forms = steps.add_parser("forms", help="print forms for a month")
    forms.add_argument("--period", type=_period, required=True, metavar="YYYY-MM")
    whose = forms.add_mutually_exclusive_group()
    whose.add_argument("--building", metavar="BUILDING_NO", help="only this building")
    whose.add_argument("--account", metavar="ACCOUNT_NO", help="only this account")
    forms.add_argument("--paper-only", action="store_true", help="only for those who still get paper")
    forms.add_argument("--out", type=Path, required=True, metavar="FILE", help="the PDF for the printer")
    forms.add_argument("--progress", action="store_true", help="show how far it is even where nobody watches")
    read = steps.add_parser("read", help="say what is written on a scan; nothing is kept")
    read.add_argument("file", type=Path, metavar="FILE", help="PDF, TIFF, JPEG or PNG")
    read.add_argument("--json", action="store_true", help="everything that was read, as JSON")
    evaluate = steps.add_parser("evaluate", help="say how well digits are read")
    evaluate.add_argument("file", type=Path, metavar="DIGITS.npz", help="arrays X (n,28,28) uint8 and y")
    evaluate.add_argument("--json", action="store_true")
    calibrate = steps.add_parser("calibrate", help="set what is doubtful by what people have decided")
    calibrate.add_argument("--json", action="store_true", help="say nothing but the JSON line")
    calibrate.add_argument("--apply", action="store_true", help="let the new threshold hold from today on")
    watch = steps.add_parser("watch", help="take in the scans that appear in a folder")
    watch.add_argument("folder", type=Path, metavar="FOLDER")
    watch.add_argument("--once", action="store_true", help="take and read what is there now, and end")
    watch.add_argument(
        "--received-on",
        type=_day,
        metavar="YYYY-MM-DD",
        help="the day the paper came in (default: the file's)",
    )


def _add_remote(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    steps = commands.add_parser("remote", help="readings of remote readers").add_subparsers(
        dest="step", required=True, metavar="STEP"
    )
    source = steps.add_parser("source", help="make known who delivers")
    source.add_argument("code", metavar="CODE", help="small letters, digits and hyphens")
    source.add_argument("name", metavar="NAME")
    take = steps.add_parser("import", help="keep the daily values of files (CSV or XLSX)")
    take.add_argument("files", nargs="+", type=Path, metavar="FILE")
    take.add_argument("--source", required=True, metavar="CODE")
    take.add_argument("--partial", action="store_true", help="take the good rows where others are bad")
    register = steps.add_parser("register", help="register the values of a month's end as its readings")
    register.add_argument("--period", type=_period, required=True, metavar="YYYY-MM")
    steps.add_parser("check", help="show what the sources delivered last, and what looks wrong")


def _add_api(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    what = commands.add_parser("api", help="the interface for other systems").add_subparsers(
        dest="what", required=True, metavar="WHAT"
    )
    steps = what.add_parser("key", help="keys of other systems").add_subparsers(
        dest="step", required=True, metavar="STEP"
    )
    create = steps.add_parser("create", help="make a key; it is shown once")
    create.add_argument("name", metavar="NAME")
    create.add_argument("--scope", action="append", required=True, metavar="SCOPE", help=", ".join(SCOPES))
    create.add_argument("--channel", default="", help="the channel of readings:submit, for example terminal")
    create.add_argument("--source", default="", metavar="CODE", help="the source of remote:readings")
    create.add_argument("--building", action="append", default=[], metavar="BUILDING_NO",
                        help="only meters of this building; may be repeated")  # fmt: skip
    create.add_argument("--per-minute", type=_count, default=120, metavar="N", help="requests (default: 120)")
    steps.add_parser("list", help="list them, without their secrets")
    revoke = steps.add_parser("revoke", help="let a key open nothing from now on")
    revoke.add_argument("name", metavar="NAME")


def _add_terminal(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    terminal = commands.add_parser("terminal", help="terminals in customer centres: enrol, list, revoke")
    steps = terminal.add_subparsers(dest="step", required=True, metavar="STEP")
    enrol = steps.add_parser("enrol", help="add a terminal and print the one-time code to type into it")
    enrol.add_argument("name", metavar="NAME")
    enrol.add_argument("--place", default="", help="where it stands")
    enrol.add_argument("--renew", action="store_true", help="a new key for a terminal that is at work")
    steps.add_parser("list", help="show the terminals and how they are, one JSON line each")
    revoke = steps.add_parser("revoke", help="shut a terminal out at once")
    revoke.add_argument("name", metavar="NAME")


def _add_sms(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    steps = commands.add_parser("sms", help="text messages: send, connect, look").add_subparsers(
        dest="step", required=True, metavar="STEP"
    )
    steps.add_parser("send", help="send what waits, by Kannel or a hosted gateway, until Ctrl-C")
    steps.add_parser("smpp", help="hold the connection to an SMS centre (SMPP 3.4), until Ctrl-C")
    kannel = steps.add_parser("kannel", help="run Kannel's bearerbox and smsbox for this installation")
    kannel.add_argument(
        "--config", type=Path, required=True, metavar="FILE", help="from deploy/kannel/kannel.conf"
    )
    kannel.add_argument(
        "--dir", type=Path, metavar="DIR", help="its files (default: kannel/ of the installation)"
    )
    steps.add_parser("status", help="what waits, what came, what was not understood, as one JSON line")


def _add_statement(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    statement = commands.add_parser("statement", help="look at a bank's statement")
    steps = statement.add_subparsers(dest="step", required=True, metavar="STEP")
    inspect = steps.add_parser("inspect", help="print what a camt.053, camt.054 or FiDAViSta file says")
    inspect.add_argument("file", type=Path, metavar="FILE")


def _period(text: str) -> Period:
    from saime.platform.periods import Period

    try:
        return Period.parse(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a month; write YYYY-MM, for example 2026-11"
        ) from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a day; write YYYY-MM-DD, for example 2026-11-24"
        ) from None


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 1 or more")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
