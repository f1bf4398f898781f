"""saime export ubl: a month's bills as electronic invoices, one file a bill."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Sequence

from saime.interchange.cli import WrongUsage
from saime.interchange.commands.session import Ticker, known_building, say, timed
from saime.platform.files import in_place


def export_ubl(arguments: Namespace) -> int:
    """One JSON line at the end. What is there already is written again, the same."""
    from saime.billing.queries import documents_of_period

    if arguments.period is None or arguments.dir is None:
        raise WrongUsage("ubl needs --period YYYY-MM and --dir DIR, the folder for its files")
    known_building(arguments.building)
    wanted = documents_of_period(arguments.period, building_no=arguments.building)
    ticker, size = Ticker(wanted=False), 0
    try:
        arguments.dir.mkdir(parents=True, exist_ok=True)
        with timed() as spent:
            for done, (number, xml) in enumerate(_invoices(wanted), 1):
                with in_place(arguments.dir / f"{number}.xml") as beside:
                    beside.write_bytes(xml)
                size += len(xml)
                ticker.show("writing", done / len(wanted), done)
    except OSError as error:
        raise WrongUsage(f"{error.filename or 'the file'} cannot be written: {error.strerror}") from error
    finally:
        ticker.end()
    say({"kind": "ubl", "period": str(arguments.period), "files": len(wanted), "bytes": size, **spent})
    return 0


def _invoices(wanted: Sequence[tuple[int, str]]) -> Iterator[tuple[str, bytes]]:
    from saime.billing.queries import documents
    from saime.billing.ubl import invoice_xml

    emails = [email for _bill, email in wanted]
    for bill, email in zip(documents([bill for bill, _email in wanted]), emails, strict=True):
        yield bill.number, invoice_xml(bill, buyer_email=email)
