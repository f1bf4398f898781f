"""The words of a form in Latvian, Russian and English, side by side (as the bill's, and for the same reasons).

What the bill's tear-off slip says as well is among the bill's words (`saime.billing.document.labels`).
"""

from __future__ import annotations

from saime.billing.document.contracts import LANGUAGES, Language

_WORDS: dict[str, tuple[str, str, str]] = {
    # name: (Latvian, Russian, English)
    "when": (
        "Veidlapas pieņemam no {first} līdz {last}. Svarīga ir diena, kad veidlapa nonāk pie mums.",
        "Бланки принимаем с {first} по {last}. Важен день, когда бланк попадает к нам.",
        "We take forms in from {first} to {last}. What counts is the day on which yours reaches us.",
    ),
    "how": ("Kā aizpildīt", "Как заполнить", "How to fill it in"),
    "how_read": (
        "Melnos ciparus no skaitītāja rakstiet zaļajos lodziņos pirms komata, sarkanos – oranžajos aiz komata.",
        "Чёрные цифры счётчика пишите в зелёных клетках до запятой, красные – в оранжевых после запятой.",
        "Write the meter’s black digits in the green boxes before the comma, the red ones in the orange boxes after.",
    ),
    "how_write": (
        "Katrā lodziņā viens cipars, ar zilu vai melnu pildspalvu.",
        "В каждой клетке одна цифра, синей или чёрной ручкой.",
        "One digit in each box, with a blue or black pen.",
    ),
    "how_correct": (
        "Kļūdījāties? Pārsvītrojiet ciparu un pareizo uzrakstiet virs lodziņa.",
        "Ошиблись? Зачеркните цифру и напишите верную над клеткой.",
        "A mistake? Cross the digit out and write the right one above the box.",
    ),
    "where": ("Kur nodot", "Куда сдать", "Where to hand it in"),
    "quicker": (
        "Ātrāk un bez papīra: {web}",
        "Быстрее и без бумаги: {web}",
        "Quicker, and without paper: {web}",
    ),
    "ask": ("Jautājumi: {phone}", "Вопросы: {phone}", "Questions: {phone}"),
}


def word(name: str, language: Language, **parts: object) -> str:
    return _WORDS[name][LANGUAGES.index(language)].format(**parts)
