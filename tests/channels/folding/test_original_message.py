"""What a person types like a mail program stays: a separator with no mail below it, and a list that
has the labels of a header block."""

import re
from itertools import product

import pytest

from supportcli.channels.folding.quotes import fold
from supportcli.channels.html.text import html_to_text
from supportcli.domain.mail import unfolded

GMAIL = "On Sun, Aug 2, 2026 at 2:02 PM Ada Lind <ada@shop.test> wrote:"
BLOCK = "From: Ada Lind <ada@shop.test>\nSent: Sunday, August 2, 2026 2:02 PM\nTo: Mia\nSubject: Re: Lamp"
FORWARDS = (
    "-------- Forwarded Message --------",
    "---------- Forwarded by hand ----------",
    "----- Forwarded by Tom on 3 March -----",
    "--- Weitergeleitete Nachricht ---",
    "---Messaggio inoltrato---",
)
ORIGINALS = (
    *(
        "-----Original Message-----",
        "=== Original Message ===",
        "-- Original Message --",
        "______ Original Message ______",
        "-----Original-----",
    ),
    *(
        "*-----Original Message-----*",
        "-----Ursprüngliche Nachricht-----",
        "-----Message d'origine-----",
        "-----Mia wrote: -----",
    ),
)


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def kept(text: str) -> list[str]:
    return words(unfolded(text, fold(text)))


@pytest.mark.parametrize("mark", [*ORIGINALS, *FORWARDS])
def test_a_separator_alone_folds_nothing(mark: str) -> None:
    for above, between, below in product(
        ("The display says", "Hello,\n\nit prints this:", "One"),
        ("\n", "\n\n"),
        (
            "and nothing else. What now?",
            "From: nobody\nWhat now?",
            "Order: 12\nSent: never\n\nWhat now?",
            "On Monday it was fine:\nWhat now?",
        ),
    ):
        text = f"{above}{between}{mark}{between}{below}"
        assert kept(text) == words(text)
        for quote in (
            f"\n\n{GMAIL}\n\n> Kingfisher",
            f"\n{BLOCK}\n\nKingfisher",
            f"\n\n{BLOCK}\n\nKingfisher",
        ):
            found = kept(f"{text}{quote}")
            assert found == words(text) or (mark in FORWARDS and found == words(f"{text}{quote}"))
        assert kept(
            html_to_text("".join(f"<div>{line or '<br>'}</div>" for line in text.split("\n")))
        ) == words(text)


MAILS = (
    f"{BLOCK}\n\nKingfisher",
    f"{BLOCK}\n\n> Kingfisher",
    f"{GMAIL}\n\n> Kingfisher",
    "On 8/2/26 14:02, Ada Lind wrote:\n\nKingfisher",
    "> Kingfisher",
    "Subject: Lamp\nDate: 2.8.2026\nFrom: Ada Lind\nTo: Mia\n\nKingfisher",
    "From: ada@shop.test\nDate: Sunday\n\nKingfisher",
)


@pytest.mark.parametrize("mark", FORWARDS)
def test_a_forwarded_mail_stays(mark: str) -> None:
    for between, mail in product(("\n", "\n\n"), MAILS):
        text = f"The lamp hums.\n\n{mark}{between}{mail}"
        assert kept(text) == words(text)


@pytest.mark.parametrize("mark", ORIGINALS)
def test_a_separator_above_a_mail_is_folded_with_it(mark: str) -> None:
    for between, mail in product(("\n", "\n\n"), MAILS):
        assert kept(f"The lamp hums.\n\n{mark}{between}{mail}") == ["The", "lamp", "hums"], mail


@pytest.mark.parametrize(
    ("text", "folds"),
    [
        ("Thanks.\n\n-------- Original Message --------\n\nKingfisher", True),
        ("Thanks.\n\n*-------- Original Message --------*\n\nKingfisher", True),
        ("It says\n-------- Original Message --------\n\nKingfisher", False),
        ("It says\n\n-------- Original Message --------\nKingfisher", False),
        ("It says\n\n-------- Original Message --------\n\nand nothing else", False),
        ("It says\n\n------- Original Message -------\n\nKingfisher", False),
        ("-------- Original Message --------\n\nKingfisher", False),
        ("It says\n\n-------- Original Message --------\n", False),
    ],
)
def test_eight_hyphens_in_a_paragraph_of_their_own_need_no_headers(text: str, folds: bool) -> None:
    assert (kept(text) == words(text)) == (not folds)


# Labels in the order of a program, each with the word by which a mail was sent and the one by which
# it has a date.
LABELS = {
    "english": ("From", "Sent", "To", "Subject", "Date"),
    "german": ("Von", "Gesendet", "An", "Betreff", "Datum"),
    "french": ("De ", "Envoyé ", "À ", "Objet ", "Date "),
    "spanish": ("De", "Enviado el", "Para", "Asunto", "Fecha"),
    "italian": ("Da", "Inviato", "A", "Oggetto", "Data"),
    "polish": ("Od", "Wysłano", "Do", "Temat", "Data"),
    "russian": ("От", "Отправлено", "Кому", "Тема", "Дата"),
    "romanian": ("De la", "Trimis", "Către", "Subiect", "Data"),
    "croatian": ("Šalje", "Poslano", "Prima", "Predmet", "Datum"),
}


@pytest.mark.parametrize(("sender", "sent", "to", "subject", "date"), LABELS.values(), ids=LABELS)
def test_a_list_with_the_labels_of_a_mail_stays(
    sender: str, sent: str, to: str, subject: str, date: str
) -> None:
    lists = (
        f"{sender}: Rome\n{to}: Paris\n{sent}: by bike\n{subject}: two seats",
        f"Order: 12\n{sender}: Rome\n{sent}: 3 May\n{to}: Paris\n{subject}: two seats",
        f"{sender}: Rome\n{sent}: 3 May 2026\n{to}: Paris\nWeight: 4 kg\n{subject}: glass",
        f"{sender}: 3 May 2026\n{to}: 5 May 2026\n{subject}: holiday flat\n{sent}: deposit of 100",
        f"{date}: 4 May 2026 10:05\n{sender}: Rome\n{to}: Paris\n{subject}: two seats",
        f"{sender}: Mia Berg <mia@b.test>\n{to}: Tom <tom@b.test>\n{date}: 3 May 2026\n{subject}: one piano",
    )
    for one, above, tail in product(
        lists,
        ("", "Hello,\n\n", "My parcel:\n"),
        ("", f"\n\n{GMAIL}\n\n> Kingfisher", f"\n\n{BLOCK}\n\nKingfisher"),
    ):
        text = f"{above}{one}\n\nWhere is it?"
        assert kept(text + tail) == words(text)


@pytest.mark.parametrize(("sender", "sent", "to", "subject", "date"), LABELS.values(), ids=LABELS)
def test_the_block_of_a_mail_is_folded(
    sender: str, sent: str, to: str, subject: str, date: str
) -> None:
    rest = f"{to}: Mia\n{subject}: Lamp"
    for block in (
        f"{sender}: Ada Lind <ada@shop.test>\n{sent}: Sunday, August 2, 2026 2:02 PM\n{rest}",
        f"{sender}: Ada Lind\n{sent}: 2. 8. 2026 14:02\n{rest}",
        f"{sender}: Ada Lind <ada@shop.test>\n{date}: 2 August 2026 at 14:02\n{rest}",
        f"{'_' * 32}\n{sender}: Ada Lind\n{date}: 2 August 2026\n{rest}",
        f"-----Ada Lind wrote: -----\n{to}: mia@b.test\n{sender}: Ada Lind <ada@shop.test>\n{date}: 02/08/2026 02:02PM\n{subject}: Lamp",
    ):
        assert kept(f"The lamp hums.\n\n{block}\n\nKingfisher") == ["The", "lamp", "hums"], block
