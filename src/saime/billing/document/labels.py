"""The words of the bill in Latvian, Russian and English, side by side so that none can be forgotten.

They are here and not in the gettext catalogues because a bill is written in the language of its account,
many thousands in a row and in several languages at once, and because whoever lays it out needs to see all
three lengths.
"""

from functools import cache
from typing import Literal

from saime.billing.document.contracts import LANGUAGES, Language

WORDS: dict[str, tuple[str, str, str]] = {
    # name: (Latvian, Russian, English)
    "bill": ("Rēķins", "Счёт", "Bill"),
    "bill_for": ("Rēķins par {period}", "Счёт за {period}", "Bill for {period}"),
    "credit_for": ("Kredītrēķins par {period}", "Кредитовый счёт за {period}", "Credit note for {period}"),
    "bill_no": ("Rēķina numurs", "Номер счёта", "Bill number"),
    "account_no": ("Klienta numurs", "Номер клиента", "Customer number"),
    "issued_on": ("Izrakstīts", "Выписан", "Issued"),
    "area": ("Platība", "Площадь", "Area"),
    "declared_persons": ("Deklarētās personas", "Задекларировано лиц", "Declared persons"),
    "unit": ("Dzīvoklis", "Квартира", "Apartment"),
    "page": ("{page}. lapa no {pages}", "Страница {page} из {pages}", "Page {page} of {pages}"),
    # what is to be paid
    "to_pay": ("Samaksai", "К оплате", "To pay"),
    "due_on": ("līdz {date}", "до {date}", "by {date}"),
    "nothing_to_pay": ("Nekas nav jāmaksā", "Платить ничего не нужно", "Nothing to pay"),
    "advance_left": (
        "Avanss {amount} paliek jūsu kontā nākamajam rēķinam.",
        "Аванс {amount} остаётся на вашем счету для следующего счёта.",
        "Your advance of {amount} stays on your account for the next bill.",
    ),
    "all_settled": ("Viss ir samaksāts.", "Всё оплачено.", "Everything is paid."),
    "credited": ("Kredīta summa", "Сумма кредита", "Amount credited"),
    "credit_notice": (
        "Šis kredītrēķins atceļ rēķinu Nr. {number}.",
        "Этот кредитовый счёт отменяет счёт № {number}.",
        "This credit note cancels bill No. {number}.",
    ),
    "replaces_notice": (
        "Šis rēķins aizstāj atcelto rēķinu Nr. {number}.",
        "Этот счёт заменяет отменённый счёт № {number}.",
        "This bill replaces the cancelled bill No. {number}.",
    ),
    "scan_to_pay": (
        "Noskenējiet bankas lietotnē",
        "Отсканируйте в приложении банка",
        "Scan in your banking app",
    ),
    "qr_alt": (
        "Maksājuma kvadrātkods: {amount}, saņēmējs {payee}, konts {iban}, atsauce {reference}",
        "QR-код платежа: {amount}, получатель {payee}, счёт {iban}, референс {reference}",
        "Payment QR code: {amount}, payee {payee}, account {iban}, reference {reference}",
    ),
    "reference": ("Maksājuma atsauce", "Референс платежа", "Payment reference"),
    # how the total came about
    "how_total": ("Kā veidojas summa", "Из чего складывается сумма", "How the total comes about"),
    "opening_debt": ("Iepriekšējais parāds", "Прежний долг", "Earlier debt"),
    "opening_advance": ("Avanss no iepriekš", "Аванс с прошлого", "Earlier advance"),
    "opening_zero": ("Iepriekšējais atlikums", "Прежний остаток", "Earlier balance"),
    "payments": ("Saņemtie maksājumi", "Полученные платежи", "Payments received"),
    "late_charge": ("Kavējuma procenti", "Пени за просрочку", "Late charge"),
    "month_lines": ("Par {month}", "За {month}", "For {month}"),
    "advance": ("Avanss", "Аванс", "Advance"),
    # where the money goes
    "where_it_goes": ("Par ko šī nauda", "За что эти деньги", "Where the money goes"),
    "bar_alt": (
        "Summas sadalījums: {parts}",
        "Распределение суммы: {parts}",
        "How the amount divides: {parts}",
    ),
    "house": ("Māja", "Дом", "House"),
    "water": ("Ūdens", "Вода", "Water"),
    "heat": ("Siltums", "Тепло", "Heat"),
    "waste": ("Atkritumi", "Отходы", "Waste"),
    "other": ("Citi", "Прочее", "Other"),
    "more_than_month": (
        "par {amount} vairāk nekā {month}",
        "на {amount} больше, чем в {month}",
        "{amount} more than in {month}",
    ),
    "less_than_month": (
        "par {amount} mazāk nekā {month}",
        "на {amount} меньше, чем в {month}",
        "{amount} less than in {month}",
    ),
    "same_as_month": ("tikpat, cik {month}", "столько же, сколько в {month}", "the same as in {month}"),
    "more_than_year": (
        "par {amount} vairāk nekā pirms gada",
        "на {amount} больше, чем год назад",
        "{amount} more than a year ago",
    ),
    "less_than_year": (
        "par {amount} mazāk nekā pirms gada",
        "на {amount} меньше, чем год назад",
        "{amount} less than a year ago",
    ),
    "same_as_year": ("tikpat, cik pirms gada", "столько же, сколько год назад", "the same as a year ago"),
    # the lines
    "lines": ("Pakalpojumi", "Услуги", "Services"),
    "line_service": ("Pakalpojums", "Услуга", "Service"),
    "line_quantity": ("Daudzums", "Количество", "Quantity"),
    "line_price": ("Cena, €", "Цена, €", "Price, €"),
    "line_net": ("Bez PVN, €", "Без НДС, €", "Net, €"),
    "line_vat_rate": ("PVN", "НДС", "VAT"),
    "line_vat": ("PVN, €", "НДС, €", "VAT, €"),
    "line_gross": ("Kopā, €", "Всего, €", "Total, €"),
    "line_last_month": ("Pret {month}", "К {month}", "vs {month}"),
    "lines_total": ("Kopā par {month}", "Всего за {month}", "Total for {month}"),
    "no_lines": (
        "Šajā mēnesī pakalpojumu nav.",
        "В этом месяце услуг нет.",
        "There are no services this month.",
    ),
    "vat_exempt": ("–", "–", "–"),
    "vat_of": ("PVN {rate} no {net} = {vat}", "НДС {rate} от {net} = {vat}", "VAT {rate} of {net} = {vat}"),
    "vat_exempt_of": ("ar PVN neapliekams {net}", "не облагается НДС {net}", "VAT exempt {net}"),
    "vat_title": ("PVN pa likmēm", "НДС по ставкам", "VAT by rate"),
    "direct": ("maksājams tieši", "платится напрямую", "paid direct"),
    "direct_note": (
        (
            "Rindas ar norādi „maksājams tieši” ({amount}) apmaksājiet piegādātājam pēc viņa rēķina; "
            "šajā summā to nav."
        ),
        (
            "Строки с пометкой «платится напрямую» ({amount}) оплачиваются поставщику по его счёту; в "
            "эту сумму они не входят."
        ),
        (
            "Lines marked “paid direct” ({amount}) are paid to the supplier on its own bill; they are "
            "not in this total."
        ),
    ),
    "basis_actual": ("pēc skaitītāja", "по счётчику", "by meter"),
    "basis_average": ("vidējais patēriņš", "средний расход", "average consumption"),
    "basis_norm": ("pēc normas", "по норме", "by norm"),
    "basis_no_reading": ("nav rādījuma", "нет показания", "no reading"),
    "basis_m2": ("pēc platības", "по площади", "by area"),
    "basis_person": ("pēc personu skaita", "по числу лиц", "per person"),
    "basis_unit": ("uz dzīvokli", "на квартиру", "per apartment"),
    "basis_fixed": ("nemainīga summa", "постоянная сумма", "fixed amount"),
    "basis_share": ("pēc daļas", "по доле", "by share"),
    "mark_v": (
        (
            "aprēķināts vidējais patēriņš, jo rādījuma par šo mēnesi nav. Kad iesniegsiet rādījumu, "
            "starpību pārrēķināsim."
        ),
        (
            "рассчитан средний расход, так как показания за этот месяц нет. Когда вы его подадите, "
            "разница будет пересчитана."
        ),
        (
            "average consumption, because there is no reading for this month. Once you send one, the "
            "difference is settled."
        ),
    ),
    "mark_n": (
        "aprēķināts pēc normas un deklarēto personu skaita, jo nav skaitītāja vai pietiekami daudz rādījumu.",
        (
            "рассчитано по норме и числу задекларированных лиц, так как нет счётчика или достаточного "
            "числа показаний."
        ),
        "by norm and declared persons, because there is no meter or there are too few readings.",
    ),
    # meters
    "meters": ("Skaitītāji", "Счётчики", "Meters"),
    "cold_water": ("Aukstais ūdens", "Холодная вода", "Cold water"),
    "hot_water": ("Karstais ūdens", "Горячая вода", "Hot water"),
    "heat_meter": ("Siltums", "Тепло", "Heat"),
    "electricity": ("Elektrība", "Электричество", "Electricity"),
    "gas": ("Gāze", "Газ", "Gas"),
    "meter_no": ("Nr. {serial}", "№ {serial}", "No. {serial}"),
    "previous": ("Iepriekšējais", "Предыдущее", "Previous"),
    "current": ("Pašreizējais", "Текущее", "Current"),
    "consumption": ("Patēriņš", "Расход", "Consumption"),
    "no_current": ("nav iesniegts", "не подано", "not sent"),
    "channel_portal": ("Iesniegts portālā", "Подано на портале", "Sent in the portal"),
    "channel_sms": ("Iesniegts ar īsziņu", "Подано по SMS", "Sent by SMS"),
    "channel_terminal": ("Iesniegts terminālī", "Подано в терминале", "Sent at a terminal"),
    "channel_paper": ("Iesniegts uz veidlapas", "Подано на бланке", "Sent on a paper form"),
    "channel_remote": ("Nolasīts attālināti", "Считано дистанционно", "Read remotely"),
    "channel_staff": ("Ierakstījis darbinieks", "Внёс сотрудник", "Entered by staff"),
    "reading_average": (
        "Rādījuma nav — vidējais patēriņš",
        "Показания нет — средний расход",
        "No reading — average consumption",
    ),
    "reading_norm": ("Rādījuma nav — pēc normas", "Показания нет — по норме", "No reading — by norm"),
    "reading_no_reading": (
        "Rādījuma nav trešo mēnesi vai ilgāk",
        "Показания нет третий месяц или дольше",
        "No reading for the third month or longer",
    ),
    "charged_between": (
        "{amount} jau iekļauts iepriekšējos rēķinos",
        "{amount} уже учтено в прошлых счетах",
        "{amount} already charged on earlier bills",
    ),
    "replaced": (
        "Nomainīts skaitītājs Nr. {serial}; patēriņš ir abu summa",
        "Заменён счётчик № {serial}; расход — сумма обоих",
        "Replaced meter No. {serial}; consumption is the sum of both",
    ),
    "verified_until": ("Verificēts līdz {date}", "Поверка до {date}", "Verified until {date}"),
    "verification_expired": (
        "Verifikācijas termiņš beidzies {date}",
        "Срок поверки истёк {date}",
        "Verification expired on {date}",
    ),
    "verification_unknown": (
        "Verifikācijas termiņš nav zināms",
        "Срок поверки неизвестен",
        "Verification date not known",
    ),
    # history
    "history": ("{medium}, {unit} pa mēnešiem", "{medium}, {unit} по месяцам", "{medium}, {unit} by month"),
    "history_title": ("Patēriņš 12 mēnešos", "Расход за 12 месяцев", "Consumption in 12 months"),
    "history_actual": ("pēc rādījuma", "по показанию", "by reading"),
    "history_estimated": ("aprēķināts (V, N)", "рассчитано (V, N)", "calculated (V, N)"),
    # how to pay, whom to ask
    "how_to_pay": ("Kā samaksāt", "Как оплатить", "How to pay"),
    "pay_by_qr": (
        "Noskenējiet kvadrātkodu savas bankas lietotnē — summa, konts un atsauce aizpildīsies paši.",
        "Отсканируйте QR-код в приложении своего банка — сумма, счёт и референс заполнятся сами.",
        "Scan the QR code in your bank's app: amount, account and reference fill themselves in.",
    ),
    "pay_in_portal": (
        "Portālā {web} — ar savu internetbanku vai karti.",
        "На портале {web} — через интернет-банк или картой.",
        "In the portal {web}, with your internet bank or a card.",
    ),
    "pay_by_transfer": (
        (
            "Ar pārskaitījumu uz jebkuru no šiem kontiem. Maksājuma mērķī norādiet atsauci {reference}; "
            "tā nemainās, tāpēc der arī regulārajam maksājumam."
        ),
        (
            "Переводом на любой из этих счетов. В назначении платежа укажите референс {reference}; он не "
            "меняется, поэтому подходит и для регулярного платежа."
        ),
        (
            "By transfer to any of these accounts. Quote the reference {reference}; it never changes, so "
            "it also suits a standing order."
        ),
    ),
    "bank": ("Banka", "Банк", "Bank"),
    "iban": ("Konts (IBAN)", "Счёт (IBAN)", "Account (IBAN)"),
    "whom_to_ask": ("Kam jautāt", "Куда обратиться", "Whom to ask"),
    "phone": ("Tālrunis", "Телефон", "Phone"),
    "email": ("E-pasts", "Э-почта", "E-mail"),
    "web": ("Portāls", "Портал", "Portal"),
    "office_hours": ("Darba laiks", "Часы работы", "Office hours"),
    "address": ("Adrese", "Адрес", "Address"),
    "registration_no": ("Reģ. Nr.", "Рег. №", "Reg. No."),
    "vat_no": ("PVN Nr.", "НДС №", "VAT No."),
    "connect": ("Jūsu kods portālam", "Ваш код для портала", "Your portal code"),
    "connect_how": (
        (
            "Reģistrējoties {web}, ievadiet klienta numuru {account_no} un šo kodu. Kods der vienu "
            "reizi; neatklājiet to citiem."
        ),
        (
            "Регистрируясь на {web}, введите номер клиента {account_no} и этот код. Код действует один "
            "раз; не показывайте его другим."
        ),
        (
            "When you sign up at {web}, enter customer number {account_no} and this code. It works once; "
            "keep it to yourself."
        ),
    ),
    # readings on paper: the bill's tear-off slip, and the paper channel's forms
    "readings_for": (
        "Skaitītāju rādījumi par {period}",
        "Показания счётчиков за {period}",
        "Meter readings for {period}",
    ),
    "hand_in_by": ("Nododiet līdz {date}", "Сдайте до {date}", "Hand in by {date}"),
    "tear_off": ("Noplēsiet šeit", "Оторвите здесь", "Tear off here"),
    "sheet_of": ("{part}. lapa no {parts}", "Лист {part} из {parts}", "Sheet {part} of {parts}"),
    "last_reading": ("Iepriekšējais {value}", "Предыдущее {value}", "Previous {value}"),
    "last_reading_of": (
        "Iepriekšējais {value} ({year}. gada {month})",
        "Предыдущее {value} (в {month} {year} года)",
        "Previous {value} ({month} {year})",
    ),
    "date": ("Datums", "Дата", "Date"),
    "signature": ("Paraksts", "Подпись", "Signature"),
    "slip_how": (
        "Melnie cipari – zaļajos lodziņos, sarkanie – oranžajos. Kļūdu pārsvītrojiet, pareizo rakstiet virs tās.",
        "Чёрные цифры – в зелёные клетки, красные – в оранжевые. Ошибку зачеркните, верную цифру напишите над ней.",
        "Black digits go in the green boxes, red ones in the orange. Cross out a mistake, write the right one above.",
    ),
    "slip_where": ("Kur nodot: {office}", "Куда сдать: {office}", "Where to hand it in: {office}"),
    "readings_code_alt": (
        "Kvadrātkods: klients {account}, {period}, skaitītāji {meters}",
        "QR-код: клиент {account}, {period}, счётчики {meters}",
        "QR code: customer {account}, {period}, meters {meters}",
    ),
    "the_portal": ("portālā", "портале", "the portal"),
}

_ENGLISH = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
# The forms a month takes: "for" whom the bill is, "in" which it happened, "to" which it is compared.
_MONTHS: dict[Language, dict[str, tuple[str, ...]]] = {
    "lv": {
        "for": (
            *("janvāri", "februāri", "martu", "aprīli", "maiju", "jūniju"),
            *("jūliju", "augustu", "septembri", "oktobri", "novembri", "decembri"),
        ),
        "in": (
            *("janvārī", "februārī", "martā", "aprīlī", "maijā", "jūnijā"),
            *("jūlijā", "augustā", "septembrī", "oktobrī", "novembrī", "decembrī"),
        ),
        "short": ("jan", "feb", "mar", "apr", "mai", "jūn", "jūl", "aug", "sep", "okt", "nov", "dec"),
    },
    "ru": {
        "for": (
            *("январь", "февраль", "март", "апрель", "май", "июнь"),
            *("июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь"),
        ),
        "in": (
            *("январе", "феврале", "марте", "апреле", "мае", "июне"),
            *("июле", "августе", "сентябре", "октябре", "ноябре", "декабре"),
        ),
        "to": (
            *("январю", "февралю", "марту", "апрелю", "маю", "июню"),
            *("июлю", "августу", "сентябрю", "октябрю", "ноябрю", "декабрю"),
        ),
        "short": ("янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"),
    },
    "en": {"for": _ENGLISH, "in": _ENGLISH, "short": tuple(name[:3] for name in _ENGLISH)},
}
_DAYS_LEFT: dict[Language, tuple[str, str, str]] = {
    # 1, 21, 31 … · 2–4, 22–24 … (Russian) · all others
    "lv": ("atlikusi {days} diena", "atlikušas {days} dienas", "atlikušas {days} dienas"),
    "ru": ("остался {days} день", "осталось {days} дня", "осталось {days} дней"),
    "en": ("{days} day left", "{days} days left", "{days} days left"),
}


class Words:
    """The words of one language: `words("to_pay")`, `words("meter_no", serial="123")`."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        position = LANGUAGES.index(language)
        self._words = {name: versions[position] for name, versions in WORDS.items()}

    def __call__(self, name: str, **parts: object) -> str:
        text = self._words[name]
        return text.format(**parts) if parts else text

    def month(self, period: int, *, form: Literal["for", "in", "to", "short"]) -> str:
        """The month of a period YYYYMM in one of its forms; "to" is "for" where the language has no dative."""
        forms = _MONTHS[self.language]
        return forms.get(form, forms["for"])[period % 100 - 1]

    def period(self, period: int) -> str:
        """Month and year as they stand after "for": par 2026. gada oktobri, за октябрь 2026 года."""
        month, year = self.month(period, form="for"), period // 100
        match self.language:
            case "lv":
                return f"{year}. gada {month}"
            case "ru":
                return f"{month} {year} года"
            case "en":
                return f"{month} {year}"

    def days_left(self, days: int) -> str:
        return _DAYS_LEFT[self.language][_plural(days, language=self.language)].format(days=days)


@cache
def words(language: Language) -> Words:
    return Words(language)


def _plural(count: int, *, language: Language) -> int:
    if language == "en":
        return 0 if count == 1 else 2
    if count % 10 == 1 and count % 100 != 11:
        return 0
    return 1 if count % 10 in {2, 3, 4} and count % 100 not in {12, 13, 14} else 2
