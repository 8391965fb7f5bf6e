"""A line of the customer's directly above an attribution is never a part of it, whichever program,
language or name the attribution is of."""

import re
from html import escape
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.channels.folding.quotes import fold
from supportcli.channels.html.text import html_to_text
from supportcli.domain.mail import unfolded

MARKED = "> Which ones would you like?\n> Kingfisher Shop"
WRITERS = {
    "a name": "Ada Lind <ada@shop.test>",
    "an address": "help@shop.test <help@shop.test>",
    "an address in the name": '"Lamps (help@shop.test)" <help@shop.test>',
    "nobody": "<help@shop.test>",
    "a comma": "Lind, Ada <ada@shop.test>",
    "a firm": "Kundendienst der Lampen- und Möbelhaus GmbH & Co. KG <help@shop.test>",
}
# Attributions of programs, in languages with and without words of their own in the tables, and in
# none at all.
ATTRIBUTIONS = {
    "english": "On Sun, Aug 2, 2026 at 2:02 PM {} wrote:",
    "english, apple": "On 2 Aug 2026, at 14:02, {} wrote:",
    "english, yahoo": "On Sunday, August 2, 2026 at 02:02:11 PM GMT+2, {} wrote:",
    "german": "Am So., 2. Aug. 2026 um 14:02 Uhr schrieb {}:",
    "french": "Le dim. 2 août 2026 à 14:02, {} a écrit :",
    "spanish": "El dom, 2 ago 2026 a las 14:02, {} escribió:",
    "polish": "niedz., 2 sie 2026 o 14:02 {} napisał(a):",
    "polish, apple": "Wiadomość napisana przez {} w dniu 2 sie 2026, o godz. 14:02:",
    "russian": "вс, 2 авг. 2026 г. в 14:02, {}:",
    "turkish": "{}, 2 Ağu 2026 Paz, 14:02 tarihinde şunu yazdı:",
    "turkish, apple": "{} şunları yazdı (2 Ağu 2026 14:02):",
    "hungarian": "{} ezt írta (időpont: 2026. aug. 2., V, 14:02):",
    "romanian": "În dum., 2 aug. 2026 la 14:02, {} a scris:",
    "croatian": "ned, 2. kol 2026. u 14:02 {} napisao je:",
    "slovenian": "V ned., 2. avg. 2026 ob 14:02 je oseba {} napisala:",
    "catalan": "Missatge de {} del dia dg., 2 d’ag. 2026 a les 14:02:",
    "galician": "O domingo, 2 de ago. de 2026 ás 14:02, {} escribiu:",
    "basque": "Hau idatzi du {} erabiltzaileak (2026 abu. 2(a), ig. (14:02)):",
    "vietnamese": "Vào CN, 2 thg 8, 2026 vào lúc 14:02 {} đã viết:",
    "indonesian": "Pada Min, 2 Agu 2026 pukul 14.02 {} menulis:",
    "filipino": "Noong Lin, Ago 2, 2026 nang 2:02 PM, isinulat ni {}:",
    "persian": "در تاریخ یکشنبه ۲ اوت ۲۰۲۶ ساعت ۱۴:۰۲ {} نوشت:",
    "korean": "2026. 8. 2. 오후 2:02, {} 작성:",
    "chinese": "在 2026年8月2日，14:02，{} 写道：",
    "no language": "Vyom sul, 2 zeb 2026 kor 14:02 {} qontrala:",
    "no language, nothing before": "2.8.2026 kor 14:02 {} qontrala:",
    "no language, name first": "{} qontrala vyom 2.8.2026 14:02:",
    "horde": "Quoting {}:",
    "horde, german": "Zitat von {}:",
    "k-9": "{} wrote:",
}
WITHOUT_ADDRESS = {
    "thunderbird": "On 8/2/26 14:02, {} wrote:",
    "thunderbird, portuguese": "Às 14:02 de 02/08/2026, {} escreveu:",
    "thunderbird, chinese": "在 2026/8/2 14:02, {} 写道:",
    "thunderbird, hungarian": "2026. 08. 02. 14:02 keltezéssel, {} írta:",
    "thunderbird, greek": "Στις 2/8/26 14:02, ο/η {} έγραψε:",
    "thunderbird, finnish": "{} kirjoitti 2.8.2026 klo 14.02:",
}
NAMES = (
    "Ada Lind",
    "Lind, Ada",
    "Kundendienst der Lampen- und Möbelhaus GmbH & Co. KG",
    "help@shop.test",
)
FORMS = [
    *(
        form.format(who)
        for form, who in product((*ATTRIBUTIONS.values(), "{} qontrala:"), WRITERS.values())
    ),
    *(form.format(who) for form, who in product(WITHOUT_ADDRESS.values(), NAMES)),
]
# Those that were taken together with a line above them, when they were read as sentences in no
# language.
DOUBTFUL = [
    form.format(who)
    for form, who in product(
        (*ATTRIBUTIONS.values(), "{} qontrala:"), (WRITERS["an address"], WRITERS["nobody"])
    )
]

LINES = [
    *(
        "Bonn, 4.8.2026",
        "Invoice date 08/04/2026",
        "Paid 2026-08-04",
        "It broke on 4 August 2026",
        "Es kam am 4. August 2026",
        "Delivered 2026-08-04 10:05",
    ),
    *(
        "On Tuesday, August 4, 2026",
        "On 4 August 2026",
        "Am 4. August 2026",
        "Le 4 août 2026",
        "Den 4. august 2026",
        "Dne 4. 8. 2026",
        "El 4 de agosto de 2026",
    ),
    *(
        "Rendez-vous le 4 août 2026 à 9:00",
        "Termin: Di., 4. August 2026, 10:05",
        "See you on Aug 4, 2026 at 9:00 AM",
        "Room 12, 8/4/2026 - 8/6/2026",
    ),
    *(
        "mia@berg.test, 4 August 2026",
        "Mia <mia@berg.test>, 4 Aug 2026",
        "mia@berg.test",
        "Mia Berg",
        "Mia",
        "I ordered 2 of 3, paid 4",
        "Tue, 4 Aug 2026",
    ),
    *(
        "4 августа 2026 г.",
        "2026年8月4日",
        "Tel. 0221 445566 before 10:05",
        "1. Name: M. Berg\n2. Date: 4/8/2026\n3. From: 10 am\n4. To: 12 am",
        "born 4 May 1980",
    ),
]


def kept(text: str) -> list[str]:
    return re.findall(r"\w+", unfolded(text, fold(text)))


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def in_gmail(above: str, attribution: str) -> str:
    lines = "".join(f"<div>{escape(line)}</div>" for line in above.split("\n"))
    return f'<div dir="ltr">{lines}</div><div class="gmail_attr">{escape(attribution)}</div><blockquote>Kingfisher</blockquote>'


@pytest.mark.parametrize("line", LINES)
def test_a_line_above_an_attribution_stays(line: str) -> None:
    above = f"The lamp flickers.\n{line}"
    for place, form in enumerate(DOUBTFUL):
        text = f"{above}\n{form if place % 2 else form.replace(' <', ' <' + chr(10), 1)}\n{MARKED}"
        assert kept(text)[: len(words(above))] == words(above), form


@given(st.sampled_from(LINES), st.sampled_from(FORMS), st.booleans(), st.data())
def test_a_line_above_stays_wherever_the_attribution_breaks(
    line: str, form: str, plain: bool, data: st.DataObject
) -> None:
    above = f"The lamp flickers.\n{line}"
    place = data.draw(st.sampled_from([found.start() for found in re.finditer(" ", form)]))
    text = (
        f"{above}\n{form[:place]}\n{form[place + 1 :]}\n{MARKED}"
        if plain
        else html_to_text(in_gmail(above, form))
    )
    assert kept(text)[: len(words(above))] == words(above)


@pytest.mark.parametrize("name", [*ATTRIBUTIONS, *WITHOUT_ADDRESS])
def test_an_ordinary_quote_is_folded(name: str) -> None:
    undated = name in {"horde", "horde, german", "k-9"}
    for who in WRITERS.values() if name in ATTRIBUTIONS else NAMES:
        form = (ATTRIBUTIONS | WITHOUT_ADDRESS)[name].format(who)
        if not (undated and who == WRITERS["nobody"]):
            assert kept(f"The lamp flickers.\n\n{form}\n\n{MARKED}") == [
                "The",
                "lamp",
                "flickers",
            ], form
            assert kept(
                f"The lamp flickers.\n\n{form.replace(' <', ' <' + chr(10), 1)}\n{MARKED}"
            ) == ["The", "lamp", "flickers"], form
