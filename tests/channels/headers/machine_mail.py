"""A hundred and more awkward automatic answers, and as many mails of people that look like them.

Short tables: what programs write (their marks, often only one is left after a relay), and the words
of ten languages and more. `machines()` and `people()` put them together."""

from collections.abc import Iterator
from typing import NamedTuple


class Words(NamedTuple):
    """How one language says it: what Exchange puts before a subject, what older programs put there,
    what a notice says, what a person writes as a subject and as a text, marks of reply and forward,
    and how a help desk says that it has a mail."""

    automatic: str
    absent: str
    notice: str
    subject: str
    text: str
    reply: str
    forward: str
    received: str


LANGUAGES = {
    "en": Words(
        "Automatic reply",
        "Out of Office",
        "Ada Byron is out of the office",
        "Out of office next week",
        "I am out of office next week, please answer before Friday.",
        "Re",
        "Fwd",
        "We have received your request",
    ),
    "de": Words(
        "Automatische Antwort",
        "Abwesenheitsnotiz",
        "Ada Byron ist außer Haus",
        "Abwesend nächste Woche",
        "Ich bin nächste Woche nicht im Büro, bitte antworten Sie bis Freitag.",
        "AW",
        "WG",
        "Ihre Anfrage ist bei uns eingegangen",
    ),
    "fr": Words(
        "Réponse automatique",
        "Absence du bureau",
        "Ada Byron est absente",
        "Absente la semaine prochaine",
        "Je suis absente du bureau la semaine prochaine, répondez avant vendredi.",
        "RE",
        "TR",
        "Nous avons bien reçu votre demande",
    ),
    "es": Words(
        "Respuesta automática",
        "Fuera de la oficina",
        "Ada Byron está fuera de la oficina",
        "Fuera de la oficina la semana que viene",
        "Estaré fuera de la oficina, respondan antes del viernes.",
        "RE",
        "RV",
        "Hemos recibido su solicitud",
    ),
    "it": Words(
        "Risposta automatica",
        "Fuori ufficio",
        "Ada Byron è fuori ufficio",
        "Fuori ufficio la prossima settimana",
        "Sono fuori ufficio la prossima settimana, rispondete entro venerdì.",
        "R",
        "I",
        "Abbiamo ricevuto la tua richiesta",
    ),
    "pt": Words(
        "Resposta automática",
        "Fora do escritório",
        "Ada Byron está fora do escritório",
        "Fora do escritório na próxima semana",
        "Estarei fora do escritório, respondam até sexta-feira.",
        "RES",
        "ENC",
        "Recebemos a sua solicitação",
    ),
    "nl": Words(
        "Automatisch antwoord",
        "Afwezigheidsbericht",
        "Ada Byron is afwezig",
        "Afwezig volgende week",
        "Ik ben volgende week afwezig, graag antwoord voor vrijdag.",
        "Antw",
        "Doorst",
        "Wij hebben uw aanvraag ontvangen",
    ),
    "pl": Words(
        "Odpowiedź automatyczna",
        "Poza biurem",
        "Ada Byron jest nieobecna",
        "Poza biurem w przyszłym tygodniu",
        "W przyszłym tygodniu jestem poza biurem, proszę o odpowiedź do piątku.",
        "Odp",
        "PD",
        "Otrzymaliśmy Twoje zgłoszenie",
    ),
    "sv": Words(
        "Automatiskt svar",
        "Frånvaro",
        "Ada Byron är frånvarande",
        "Frånvarande nästa vecka",
        "Jag är inte på kontoret nästa vecka, svara gärna före fredag.",
        "SV",
        "VB",
        "Vi har tagit emot ditt ärende",
    ),
    "da": Words(
        "Automatisk svar",
        "Fravær",
        "Ada Byron er ikke på kontoret",
        "Ferie i næste uge",
        "Jeg er ikke på kontoret i næste uge, svar gerne inden fredag.",
        "SV",
        "VS",
        "Vi har modtaget din henvendelse",
    ),
    "ru": Words(
        "Автоматический ответ",
        "Вне офиса",
        "Ада Байрон отсутствует на рабочем месте",
        "Отпуск на следующей неделе",
        "На следующей неделе меня не будет, ответьте до пятницы.",
        "Re",
        "Fwd",
        "Мы получили ваше обращение",
    ),
    "ja": Words(
        "自動応答",
        "不在通知",
        "現在不在にしております",
        "来週は不在です",
        "来週は不在ですので、金曜日までにお返事ください。",
        "Re",
        "Fwd",
        "お問い合わせを受け付けました",
    ),
}

OURS = "Re: Grinder [#1]"
ANSWERS = "In-Reply-To: <supportcli.1.abc@shop.test>\n"


class Form(NamedTuple):
    """A mail of one program, or of one person: its headers, its subject, its text. In `{}` are the
    words of a language."""

    name: str
    headers: str
    subject: str
    text: str = "{notice}."


_GENERATED = "Auto-Submitted: auto-generated\n"

PROGRAMS = (
    Form(
        "exchange", f"{_GENERATED}X-Auto-Response-Suppress: All\n{ANSWERS}", "{automatic}: {ours}"
    ),
    Form("exchange, behind a relay that drops its headers", "", "{automatic}: {ours}"),
    Form("old exchange", "X-Auto-Response-Suppress: All\n", "{absent}: {ours}"),
    Form("outlook, a copy of nothing but the subject", "", "{absent}: {ours}"),
    Form(
        "exchange, a rule with a text of its own",
        f"{_GENERATED}X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent\n",
        "{notice}",
    ),
    Form(
        "outlook's template", "X-Message-Class: IPM.Note.Rules.OofTemplate.Microsoft\n", "{notice}"
    ),
    Form("dovecot", "Message-ID: <dovecot-sieve-1772-99-0@mx.test>\n", "Auto: {ours}"),
    Form("cyrus", "Message-ID: <cmu-sieve-16472-1772-0@mx.test>\n", "{notice}"),
    Form("gmail", "Precedence: bulk\nX-Autoreply: yes\n", "{notice} {ours}"),
    Form("icloud", "X-Apple-Action: VACATION\n", "Auto reply: {ours}"),
    Form("vacation(1)", f"Precedence: bulk\n{ANSWERS}", "{absent}: {ours}"),
    Form("vacation(1), newer", "X-Mailer: vacation 1.2.7\nPrecedence: junk\n", "{ours}"),
    Form("notes", _GENERATED, "{notice} (returning 02/03/2026)"),
    Form("gmx", "Auto-Submitted: auto-replied\nX-UI-Message-Type: mail\n", "{ours}"),
    Form("yahoo", "X-Mailer: YahooMail AutoResponder\n", "{notice}"),
    Form("zoho", "X-Zoho-AutoReply: true\n", "{ours}"),
    Form("fastmail", "Auto-Submitted: auto-replied (vacation)\n", "{ours}"),
    Form("proton", "X-Pm-Autoreply: yes\n", "Auto: {ours}"),
    Form("cpanel", "X-Autorespond: {ours}\n", "{notice}"),
    Form("plesk", "X-Autoresponder-Version: 1\nPrecedence: bulk\n", "{notice}"),
    Form("zimbra", "Auto-Submitted: auto-replied (zimbra; vacation)\n", "{ours}"),
    Form("horde", "X-Vacation-Notice: yes\n", "{notice}"),
    Form("postfixadmin", "X-Virtual-Vacation: yes\nPrecedence: junk\n", "{notice}"),
    Form("a robot of a list", "X-POST-MessageClass: 9; Autoresponder\n", "{notice}"),
    Form("sympa", "X-Autogenerated: Reply\n", "{notice}"),
    Form("nobody to answer to", "Return-Path: <>\n", "{notice}"),
    Form("a help desk's receipt", f"{_GENERATED}{ANSWERS}", "{received} [Ticket 4711]"),
    Form("a help desk's receipt before the subject", "Precedence: bulk\n", "[{received}] {ours}"),
    Form(
        "request tracker", f"{_GENERATED}Precedence: bulk\n", "AutoReply: [shop.test #4711] {ours}"
    ),
    Form(
        "a read receipt",
        'Content-Type: multipart/report; boundary=b;\n report-type="disposition-notification"\n',
        "{ours}",
    ),
)

_LIST = "List-Id: <users.lists.test>\nPrecedence: list\nList-Unsubscribe: <mailto:x@lists.test>\n"
_QUOTED = "{text}\n\nOn Monday Ada wrote:\n> Subject: {automatic}: {ours}\n> Auto-Submitted: auto-replied\n> {notice}."

PERSONS = (
    Form("about their absence", ANSWERS, "{subject}", "{text}"),
    Form(
        "about their absence, in Outlook", f"X-Auto-Response-Suppress: All\n{ANSWERS}", "{subject}"
    ),
    Form("about their absence, with dates", ANSWERS, "{absent}: 3.-7. 5.", "{text}"),
    Form(
        "with dates, in Outlook",
        "X-Auto-Response-Suppress: DR, OOF, AutoReply\n",
        "{absent}: 3.-7.",
    ),
    Form("with dates before our number", ANSWERS, "{absent}: 3.-7. 5. [#1]", "{text}"),
    Form("with one word", ANSWERS, "{absent}", "{text}"),
    Form("who answers a notice", ANSWERS, "{reply}: {automatic}: {ours}", "{text}"),
    Form("who passes a notice on", "", "{forward}: {automatic}: {ours}", _QUOTED),
    Form("who quotes a notice", ANSWERS, "{ours}", _QUOTED),
    Form("on a list", f"{_LIST}{ANSWERS}", "{absent}: 3.-7. 5.", "{text}"),
    Form("on a list, about their absence", _LIST, "{subject}", "{text}"),
    Form("with a bulk header", f"Precedence: bulk\n{ANSWERS}", "{ours}", "{text}"),
    Form(
        "at another desk", f"{_GENERATED}X-Auto-Response-Suppress: All\n{ANSWERS}", "[Firm] {ours}"
    ),
    Form("with the form of a travel shop", _GENERATED, "Vacation rental: {subject}", "{text}"),
    Form("about a driver", _GENERATED, "My driver is on holiday, {subject}", "{text}"),
    Form("of a misspelt program", "X-Auto-Response-Supress: All\n", "{subject}", "{text}"),
    Form(
        "with headers that say no", "Auto-Submitted: no\nX-Autoreply: no\n", "{subject}", "{text}"
    ),
    Form("behind a server with sieve", f"X-Sieve: CMU Sieve 2.4\n{ANSWERS}", "{ours}", "{text}"),
    Form("who asks about one", ANSWERS, "{automatic}?", "{text}"),
    Form("who asks about one in a new mail", "", "{automatic}: ?", "{text}"),
    Form("who tells of a receipt", ANSWERS, "{received}?", "{text}"),
)


class Example(NamedTuple):
    """A mail, and what it is an example of."""

    name: str
    raw: bytes


def machines() -> Iterator[Example]:
    """Automatic answers: none may be answered, reopen anything or move a clock."""
    yield from _examples(PROGRAMS)


def people() -> Iterator[Example]:
    """Mails that people wrote."""
    yield from _examples(PERSONS)


def _examples(forms: tuple[Form, ...]) -> Iterator[Example]:
    for language, words in LANGUAGES.items():
        named = words._asdict() | {"ours": OURS}
        for form in forms:
            headers, subject = form.headers.format(**named), form.subject.format(**named)
            text = form.text.format(**named)
            raw = (
                "From: Ada <ada@customer.test>\nTo: help@shop.test\n"
                f"Subject: {subject}\n{headers}\n{text}\n"
            )
            yield Example(f"{form.name} ({language})", raw.encode())
