"""The words that people write in messages, in three languages and on any keyboard.

Each list holds whole words and, with a star, beginnings. They are folded like the texts, so that a Cyrillic К is a K:
К and А on a Russian keyboard mean what they look like, karstais and aukstais; Г and Х are горячая and холодная.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from saime.channels.sms.rules.letters import fold


class Kind(StrEnum):
    HOT = "hot"
    COLD = "cold"
    KEYWORD = "keyword"  # begins a message: RAD
    CUSTOMER = "customer"  # the number that follows is a customer number
    ASIDE = "aside"  # the number that follows is something else: a flat, a phone
    NOISE = ""


_READINGS: Mapping[Kind, str] = {
    Kind.HOT: "K KU KŪ KAR KARST* SILT* H HW HOT* WARM* Г ГВ ГВС ГОР* ТЕПЛ* ZESTO*",
    Kind.COLD: "A AU AŪ AUK AUKS* C CW COLD* KALT* Х ХВ ХВС ХОЛ* X",
    Kind.KEYWORD: "RAD RĀD RADS RADIJ* RĀDĪJ* РАД РАДИ* ПОК ПОКАЗ* READ READING*",
    Kind.CUSTOMER: "KL KLIENT* KONT* ABON* ЛС ЛИЦ* КЛ КЛИЕНТ* АБОН* СЧЕТ СЧЁТ* CUSTOMER* CLIENT* ACCOUNT*",
    Kind.ASIDE: "DZ DZĪV* DZIV* KV FLAT* APT* APARTM* КВ КВАР* TEL TĀLR* TALR* MOB* PHONE* ТЕЛ* IELA* IELĀ* УЛ УЛИЦ* "
    "STREET* MĀJA* ДОМ",
}  # fmt: skip
_COMMANDS: Mapping[str, str] = {
    "stop": "STOP СТОП STOPSMS STOPALL UNSUBSCRIBE ATTEIKTIES ОТКАЗ ОТПИСАТЬСЯ",
    "start": "START СТАРТ SĀKT ATSĀKT UNSTOP НАЧАТЬ",
    "help": "HELP INFO PALĪDZĪBA PALIDZIET PALĪGĀ PALĪGS ПОМОЩЬ ПОМОГИТЕ СПРАВКА ИНФО PALIG",
    "balance": "SALDO BILANCE BALANCE BALANS БАЛАНС САЛЬДО ДОЛГ PARĀDS PARĀDI DEBT",
}
# Of these a stranger who has not written in Cyrillic may be answered in English.
_ENGLISH = (
    "HOT COLD WARM READ READING READINGS FLAT APARTMENT CUSTOMER ACCOUNT HELP BALANCE DEBT UNSUBSCRIBE HW CW"
)


def _whole_and_beginnings(lists: Mapping[Kind, str]) -> tuple[dict[str, Kind], list[tuple[str, Kind]]]:
    whole: dict[str, Kind] = {}
    beginnings: list[tuple[str, Kind]] = []
    for kind, written in lists.items():
        for word in written.split():
            folded = fold(word.removesuffix("*"))
            if word.endswith("*"):
                beginnings.append((folded, kind))
            else:
                whole[folded] = kind
    return whole, sorted(beginnings, key=lambda entry: -len(entry[0]))


_WHOLE, _BEGINNINGS = _whole_and_beginnings(_READINGS)
_COMMAND_OF = {fold(word): command for command, words in _COMMANDS.items() for word in words.split()}
ENGLISH = frozenset(fold(word) for word in _ENGLISH.split())


def kind_of(word: str) -> Kind:
    """What a folded word stands for."""
    if word in _WHOLE:
        return _WHOLE[word]
    return next((kind for beginning, kind in _BEGINNINGS if word.startswith(beginning)), Kind.NOISE)


def command_of(word: str) -> str:
    """ "stop", "start", "help", "balance", or "" for any other folded word."""
    return _COMMAND_OF.get(word, "")
