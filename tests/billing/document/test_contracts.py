"""What a bill says about itself: groups, VAT by rate, marks, contradictions."""

from dataclasses import replace
from decimal import Decimal

from tests.billing.document.samples import bill, line, usual_lines

from saime.billing.document.contracts import disagreements


def test_groups_come_in_the_order_of_the_bill_and_add_up() -> None:
    document = bill()
    assert [group.group for group in document.groups] == ["house", "water", "heat", "waste", "other"]
    assert sum(group.gross_cents for group in document.groups) == document.lines_gross_cents


def test_vat_by_rate_adds_up_to_the_lines_with_the_exempt_last() -> None:
    document = bill()
    assert [vat.rate for vat in document.vat_summary] == [Decimal(21), Decimal(12), None]
    assert sum(vat.gross_cents for vat in document.vat_summary) == document.lines_gross_cents
    assert all(vat.net_cents + vat.vat_cents == vat.gross_cents for vat in document.vat_summary)


def test_a_line_paid_directly_is_in_no_total() -> None:
    direct = line("waste", "Atkritumi", "waste", "2", "pers.", "3.92", basis="person", paid_direct=True)
    document = bill(lines=(*usual_lines("lv")[:10], direct))
    waste = next(group for group in document.groups if group.group == "waste")
    assert waste.gross_cents == 0
    assert document.paid_direct_cents == direct.gross_cents
    assert sum(vat.gross_cents for vat in document.vat_summary) == document.lines_gross_cents


def test_a_group_with_a_service_that_is_new_is_not_compared() -> None:
    lines = (*usual_lines("lv"), line("roof", "Jumts", "house", "1", "dz.", "5", basis="unit"))
    assert bill(lines=lines).groups[0].last_month_gross_cents is None


def test_only_marks_that_occur_are_explained() -> None:
    assert bill().marks == ("V",)
    assert bill(lines=usual_lines("lv")[:4], meters=()).marks == ()


def test_contradictions_are_found() -> None:
    sound = bill()
    assert disagreements(sound) == ()
    wrong_line = replace(sound.lines[0], gross_cents=1)
    assert "line management" in disagreements(replace(sound, lines=(wrong_line, *sound.lines[1:])))[0]
    assert "the lines add up to" in disagreements(replace(sound, lines=sound.lines[1:]))[0]
    assert "the bill says 1" in disagreements(replace(sound, total_due_cents=1))[0]


def test_there_is_a_payment_code_only_where_something_is_to_be_paid() -> None:
    assert bill().epc_payload is not None
    assert bill(opening_balance_cents=-100_000).epc_payload is None
    assert bill(credits_bill_no="2026-09-000001").epc_payload is None
