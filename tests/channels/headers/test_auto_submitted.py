"""Automatic answers are told from mail that people write: by what their headers prove, and by the
subjects that programs write."""

import unicodedata
from typing import Literal

import pytest

from supportcli.channels import mime
from supportcli.domain.mail import MailKind
from tests.channels.headers import machine_mail

PREFIXES = [
    "Automatic reply:",
    "Automatic Reply :",
    "Auto reply:",
    "Auto-Reply:",
    "Autoreply:",
    "Out of Office:",
    "Out of Office AutoReply:",
    "Out of office automatic reply:",
    "[Auto-Reply]",
    "Automatische Antwort:",
    "Abwesenheitsnotiz:",
    "Réponse automatique :",
    "Réponse automatique\N{NO-BREAK SPACE}:",
    "REPONSE AUTOMATIQUE:",
    "Absence du bureau :",
    "Respuesta automática:",
    "Fuera de la oficina:",
    "Risposta automatica:",
    "Fuori sede:",
    "Resposta automática:",
    "Resposta automàtica:",
    "Automatisch antwoord:",
    "Afwezigheidsbericht:",
    "Autosvar:",
    "Automatisk svar:",
    "Automatiskt svar:",
    "Frånvaro:",
    "Automaattinen vastaus:",
    "Odpowiedź automatyczna:",
    "Automatyczna odpowiedź:",
    "Automatická odpověď:",
    "Automatická odpoveď:",
    "Automatikus válasz:",
    "Răspuns automat:",
    "Automatski odgovor:",
    "Samodejni odgovor:",
    "Αυτόματη απάντηση:",
    "Otomatik Yanıt:",
    "Автоматический ответ:",
    "Автоматична відповідь:",
    "Автоматичен отговор:",
    "Automaatvastus:",
    "Automātiska atbilde:",
    "Automatinis atsakymas:",
    "Sjálfvirkt svar:",
    "תשובה אוטומטית:",
    "رد تلقائي:",
    "स्वचालित उत्तर:",
    "ตอบกลับอัตโนมัติ:",
    "Trả lời tự động:",
    "Balasan otomatis:",
    "自动答复:",
    "自动回复\N{FULLWIDTH COLON}",
    "自動回覆:",
    "自動応答:",
    "자동 회신:",
]
ANSWERS = "In-Reply-To: <supportcli.1.abc@shop.test>\n"


def kind(subject: str, headers: str = "") -> MailKind:
    raw = f"From: Grace <grace@customer.test>\nTo: help@shop.test\nSubject: {subject}\n{headers}\nI am on holiday.\n"
    return mime.parse(raw.encode()).kind


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    "headers",
    [
        ANSWERS,
        "References: <a@b>\n",
        "X-Auto-Response-Suppress: OOF\n",
        "Auto-Submitted: auto-generated\n",
    ],
)
def test_a_vacation_notice_is_known_in_many_languages(
    headers: str, form: Literal["NFC", "NFD"]
) -> None:
    subjects = [
        unicodedata.normalize(form, f"{prefix} Re: Grinder broken [#1]") for prefix in PREFIXES
    ]
    assert [
        subject for subject in subjects if kind(subject, headers) is not MailKind.AUTO_REPLY
    ] == []


@pytest.mark.parametrize("again", ["Re:", "AW: ", "SV:", "RE: RE:", "Antw.:", "Fwd:", "回复："])
def test_who_answers_a_vacation_notice_is_a_person(again: str) -> None:
    subjects = [f"{again} {prefix} Re: Grinder" for prefix in PREFIXES]
    assert [subject for subject in subjects if kind(subject, ANSWERS) is not MailKind.MAIL] == []


@pytest.mark.parametrize(
    "headers",
    [
        "Auto-Submitted: auto-replied\n",
        "Auto-Submitted: auto-replied (vacation)\n",
        "Auto-Submitted: auto-generated (vacation)\n",
        "X-Apple-Action: VACATION\n",
        "X-Apple-Criteria: {kind=VACATION}\n",
        "X-Autoreply: yes\n",
        "X-Auto-Reply: 1\n",
        "X-Autorespond: gone\n",
        "X-Vacation: yes\n",
        "Precedence: auto_reply\n",
        "Return-Path: <>\n",
        'Content-Type: multipart/report; boundary=b;\n report-type="disposition-notification"\n',
    ],
)
def test_a_header_alone_may_prove_it(headers: str) -> None:
    assert kind("Re: Grinder broken [#1]", headers) is MailKind.AUTO_REPLY


@pytest.mark.parametrize(
    ("subject", "headers"),
    [
        (
            "Ada Byron is out of the office (returning 02/03/2026)",
            "Auto-Submitted: auto-generated\n",
        ),
        ("Ada Byron ist außer Haus.", "Auto-Submitted: auto-generated\n"),
        ("away from my mail", "Precedence: bulk\n"),
        ("Automatic reply", ANSWERS),
    ],
)
def test_older_programs_are_known(subject: str, headers: str) -> None:
    assert kind(subject, headers) is MailKind.AUTO_REPLY


@pytest.mark.parametrize(
    ("subject", "headers"),
    [
        (
            "Vacation rental: is the grinder still there?",
            f"List-Id: <x.test>\nPrecedence: list\n{ANSWERS}",
        ),
        (
            "Out of office chairs, when do you have more?",
            f"List-Unsubscribe: <mailto:x@y.test>\n{ANSWERS}",
        ),
        ("Automatic reply is broken on your site", ANSWERS),
        ("Automatic reply: what is that?", ""),
        ("Automatic reply", ""),
        ("Réponse automatique", ""),
        ("Out of office:", ""),
        ("Re: Grinder", f"Precedence: bulk\nList-Id: <x.test>\n{ANSWERS}"),
        ("Abwesend bis Montag", f"X-Auto-Response-Suppress: All\n{ANSWERS}"),
        ("Grinder", "X-Auto-Response-Suppress: All\n"),
        ("Grinder", "Auto-Submitted: no\n"),
        ("Automaton: reply please", ANSWERS),
        ("Grinder", "X-Autoreply: no\n"),
        ("Grinder", "X-Apple-Action: MOVE_TO_FOLDER/INBOX\n"),
        ("Absence of the manual", ANSWERS),
    ],
)
def test_what_people_write_is_mail(subject: str, headers: str) -> None:
    assert kind(subject, headers) is MailKind.MAIL


@pytest.mark.parametrize(
    "prefix", ["Automatic reply:", "Réponse automatique :", "自动回复：", "[Auto-Reply]"]
)
def test_a_form_before_nothing_answers_a_mail_without_a_subject(prefix: str) -> None:
    assert kind(prefix) is MailKind.AUTO_REPLY


def test_awkward_automatic_answers_are_known_in_ten_languages() -> None:
    found = [(name, mime.parse(raw)) for name, raw in machine_mail.machines()]
    assert len(found) > 100
    assert [name for name, mail in found if mail.kind is MailKind.MAIL] == []


def test_people_who_write_about_absences_are_people() -> None:
    found = [(name, mime.parse(raw).kind) for name, raw in machine_mail.people()]
    assert len(found) > 100
    assert [name for name, what in found if what is not MailKind.MAIL] == []


@pytest.mark.parametrize(
    "headers",
    [
        "X-Auto-Response-Suppress: All\n",
        "X-Auto-Response-Suppress: DR, OOF, AutoReply\n",
        "Precedence: bulk\n",
        "List-Post: <mailto:l@lists.test>\n",
        "Auto-Submitted: auto-generated\n",
    ],
)
def test_a_person_whose_mail_asks_for_silence_is_a_person_who_gets_no_automatic_answer(
    headers: str,
) -> None:
    mail = mime.parse(f"From: g@customer.test\nSubject: Grinder\n{headers}\nHello\n".encode())
    assert (mail.kind, mail.automatic is None) == (MailKind.MAIL, False)


ABSENT = [
    "Abwesenheitsnotiz",
    "Out of Office",
    "Absence du bureau ",
    "Fuera de la oficina",
    "Fuori sede",
    "Niet aanwezig",
    "Ikke til stede",
    "Nieobecność w pracy",
    "Mimo kancelář",
    "Házon kívül",
    "Ofis Dışında",
    "不在办公室",
]


@pytest.mark.parametrize("form", [*ABSENT, "Automatic reply"])
@pytest.mark.parametrize("headers", ["", ANSWERS])
def test_words_about_an_absence_before_a_subject_name_what_they_may_answer(
    headers: str, form: str
) -> None:
    """Whether they do, the conversation tells."""
    raw = f"From: g@customer.test\nSubject: {form}: Grinder\n{headers}\nGone.\n"
    assert mime.parse(raw.encode()).answered_subject == "grinder"


@pytest.mark.parametrize("local", ["noreply", "no-reply", "do-not-reply", "DoNotReply", "bounce"])
def test_an_address_that_takes_no_mail_gets_no_automatic_answer(local: str) -> None:
    assert mime.parse(f"From: {local}@customer.test\n\nHello\n".encode()).automatic is not None
