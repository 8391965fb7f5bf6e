"""Reply folding: what is surely not new is folded, and no word of the sender's ever is."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.channels.folding.quotes import fold
from supportcli.domain.mail import FoldKind, folded, unfolded

ANSWER = "Yes, the blue one please."


def reply(text: str) -> str:
    return unfolded(text, fold(text))


INTRODUCED = {
    "gmail": "On Sat, Jan 31, 2026 at 10:00 AM Ada Lind <ada@shop.test> wrote:\n\n> Which colour?\n>\n> Ada\n",
    "gmail, wrapped": "On Sat, Jan 31, 2026 at 10:00 AM Ada Lind via the shop <\nada@shop.test> wrote:\n\n> Which colour?\n",
    "apple mail": "> On 31 Jan 2026, at 10:00, Ada Lind <ada@shop.test> wrote:\n> \n> Which colour?\n",
    "yahoo, no quote marks": "On Saturday, January 31, 2026, 10:00:00 AM GMT+1, Ada Lind <ada@shop.test> wrote:\n\nWhich colour?\nAda\n",
    "outlook": "From: Ada Lind <ada@shop.test>\nSent: Saturday, January 31, 2026 10:00 AM\nTo: Mia <mia@b.test>\nSubject: Colour\n\nWhich?\n",
    "outlook, below a rule": "____________________\n*From:* Ada\n*Sent:* Saturday, January 31, 2026 10:00 AM\n*To:* M\n*Subject:* x\n\nWhich?\n",
    "outlook, wrapped": "From: Ada <ada@shop.test>\nSent: Saturday, January 31, 2026 10:00 AM\nTo: Mia Berg,\nTom\nSubject: x\n\nWhich?\n",
    "outlook, german": "-----Ursprüngliche Nachricht-----\nVon: Ada\nGesendet: Samstag, 31. Januar 2026 10:00\nAn: Mia\nBetreff: x\n\nWelche?\n",
    "outlook, french": "De : Ada\nEnvoyé : samedi 31 janvier 2026 10:00\nÀ : Mia\nObjet : Couleur\n\nQuelle couleur ?\n",
    "outlook, chinese": "发件人: Ada\n发送时间: 2026年1月31日 10:00\n收件人: Mia\n主题: 颜色\n\n哪个颜色?\n",
    "thunderbird, german": "Am 31.01.26 um 10:00 schrieb Ada Lind:\n> Welche Farbe?\n",
    "thunderbird, french": "Le 31/01/2026 à 10:00, Ada Lind a écrit :\n> Quelle couleur ?\n",
    "spanish": "El sáb, 31 ene 2026 a las 10:00, Ada (<ada@shop.test>) escribió:\n\n> ¿Qué color?\n",
    "italian": "Il giorno sab 31 gen 2026 alle ore 10:00 Ada <ada@shop.test> ha scritto:\n\n> Che colore?\n",
    "dutch": "Op za 31 jan. 2026 om 10:00 schreef Ada <ada@shop.test>:\n\n> Welke kleur?\n",
    "polish": "sob., 31 sty 2026 o 10:00 Ada <ada@shop.test> napisał(a):\n\n> Jaki kolor?\n",
    "russian": "сб, 31 янв. 2026 г. в 10:00, Ada <ada@shop.test>:\n\n> Какой цвет?\n",
    "swedish": "Den lör 31 jan. 2026 kl 10:00 skrev Ada <ada@shop.test>:\n\n> Vilken färg?\n",
    "japanese": "2026年1月31日(土) 10:00 Ada <ada@shop.test>:\n\n> 何色ですか\n",
    "chinese": "Ada <ada@shop.test> 于2026年1月31日周六 10:00写道：\n\n> 哪个颜色?\n",
    "lotus": "Ada Lind <ada@shop.test> wrote on 31/01/2026 10:00:12:\n\n> Which colour?\n",
    "no colon": "On Sat, 31 Jan 2026 10:00:00 +0100 Ada Lind <ada@shop.test> wrote\n\nWhich colour?\n",
    "time first": '10:00 AM, January 31, 2026, "Ada - Shop" <ada@shop.test>:\n\nWhich colour?\n',
    "outlook, french, indented": "      De : Ada\n À : Mia\n Envoyé le : samedi 31 janvier 2026 10:00\n Objet : Couleur\n\nQuelle couleur ?\n",
    "phone, danish": "-------- Oprindelig besked --------\nFra: Ada\nDato: 31.01.2026\nTil: Mia\nEmne: Farve\n\nHvilken farve?\n",
    "quote only": "> Hello Mia,\n>\n> which colour? We have three:\n> blue,\n> red, green.\n",
}


@pytest.mark.parametrize("quote", INTRODUCED.values(), ids=INTRODUCED)
def test_the_earlier_mail_below_an_answer_is_folded(quote: str) -> None:
    text = f"{ANSWER}\n\n{quote}"
    assert reply(text) == ANSWER
    assert folded(text, fold(text), FoldKind.QUOTE) == quote.strip("\n")


SIGNED = {
    "usenet": "-- \nMia Berg\n+49 221 1234\n",
    "usenet, space lost": "--\nMia Berg\nBerg GmbH, Köln\n",
    "phone": "Sent from my iPhone\n",
    "phone, german": "Von meinem iPhone gesendet\n",
    "phone, french": "Envoyé de mon iPhone\n",
    "phone, japanese": "iPhoneから送信\n",
    "phone, apology": "Sent from my phone, please excuse typos.\n",
    "program": "Get Outlook for iOS<https://aka.test/o0ukef>\n",
}


@pytest.mark.parametrize("signature", SIGNED.values(), ids=SIGNED)
@pytest.mark.parametrize(
    "below", ["", "\n" + INTRODUCED["gmail"]], ids=["at the end", "above a quote"]
)
def test_signatures_are_folded(signature: str, below: str) -> None:
    text = f"{ANSWER}\n\n{signature}{below}"
    assert reply(text) == ANSWER
    assert folded(text, fold(text), FoldKind.SIGNATURE) == signature.strip("\n")


KEPT_WHOLE = {
    "answers between quotes": "> Which colour?\n\nBlue.\n\n> Which size?\n\nTen.\n",
    "greeting, then answers between quotes": "Hi Ada,\n\n> Which colour?\nBlue.\n> Which size?\nTen.\n",
    "nothing but a quote": "> Which colour?\n",
    "nothing but a forward": "Which colour do you want?\n",
    "a forward": "Look:\n\n---------- Forwarded message ---------\nFrom: Ada <ada@shop.test>\nSubject: x\nTo: Mia\n\nWhich?\n",
    "a short list behind marks": "Please send:\n> 3 boxes\n> 2 bags\n",
    "a trip": "My booking:\nFrom: Berlin\nTo: Paris\nDate: 3 May\nCan I change it?\n",
    "a contact form": "New message:\nName: Mia\nFrom: mia@berg.test\nSubject: Colour\nMessage: Blue please.\n",
    "what I wrote myself": "Am 31.01.2026 um 10:00 schrieb ich an help@shop.test:\n\nwo ist mein Paket?\n",
    "what I wrote myself, english": "On 31 January 2026 at 10:00 I wrote to Ada <ada@shop.test>:\n\nwhere is my parcel?\n",
    "what somebody said": "On 3 May 2024 your colleague wrote:\n\nyou can return it.\n\nSo can I?\n",
    "a sentence with a time": "I called on 12 May 2023 at 10:30 and\nyour colleague told me:\nsend it back.\n",
    "two letters in one": "My first question is about the invoice.\n--\nIs my second parcel on its way?\n",
    "a postscript": "Thanks!\n--\nPS: my new address is Hill 3\n",
    "a long second half": "one\n-- \n" + "This goes on and on.\n" * 20,
    "sent from somewhere": "Sent from Hamburg last Monday, and not here yet.\n",
    "sent by mail": "Sent by e-mail on Monday, no answer.\n",
    "underlined headings": "Invoice\n=======\nWrong total.\nDelivery\n--------\nToo late.\n",
    "code": "```\n# comment\n> x = 1\n```\nThis fails.\n",
    "an emoji": "👍\n",
    "plus one": "+1\n",
}


@pytest.mark.parametrize("text", KEPT_WHOLE.values(), ids=KEPT_WHOLE)
def test_what_is_not_surely_old_stays(text: str) -> None:
    assert reply(text).split() == text.split()


def test_the_quote_above_a_whole_answer_is_folded() -> None:
    text = f"{INTRODUCED['gmail']}\n{ANSWER}\n"
    assert reply(text) == ANSWER


def test_the_rest_of_a_quote_below_the_last_inline_answer_is_folded() -> None:
    text = "> Which colour?\n\nBlue.\n\n> Thank you for your order.\n> It will leave tomorrow.\n> With kind regards\n> Ada\n"
    assert reply(text) == "> Which colour?\n\nBlue."


def test_who_announces_answers_inside_the_mail_below_is_believed() -> None:
    text = f"See my answers in red below.\n\n{INTRODUCED['outlook']}BLUE\n"
    assert "BLUE" in reply(text)


LINES = st.sampled_from(
    [
        *(
            "",
            " ",
            "hello there",
            "> quoted",
            ">> deeper",
            "-- ",
            "--",
            "Mia",
            "Sent from my iPhone",
            "_____________",
            "-----Original Message-----",
        ),
        *(
            "On Sat, Jan 31, 2026 at 10:00 AM Ada <ada@shop.test> wrote:",
            "Am 31.01.26 um 10:00 schrieb Ada:",
            "From: a@b.test",
            "Sent: today",
        ),
        *(
            "To: c",
            "Subject: x",
            "| bar",
            "On 3 May",
            "<ada@shop.test> wrote:",
            "\u2028",
            "a" * 200,
            "wrote:",
            "> On Mon, x wrote:",
            "PS: y",
        ),
        *("see below in red",),
    ]
)


@given(st.lists(LINES, max_size=25).map("\n".join) | st.text(max_size=200))
def test_folds_stand_in_order_and_nothing_is_lost(text: str) -> None:
    folds = fold(text)
    assert all(0 <= one.start < one.end <= len(text) for one in folds)
    assert all(first.end <= second.start for first, second in pairwise(folds))
    seen = [unfolded(text, folds), *(folded(text, folds, kind) for kind in FoldKind)]
    assert sorted(word for part in seen for word in part.split()) == sorted(text.split())
    assert not folds or unfolded(text, folds)


@given(st.lists(LINES, min_size=1, max_size=12).map("\n".join))
def test_what_stands_above_everything_is_never_folded(below: str) -> None:
    assert reply(f"{ANSWER}\n\n{below}").startswith(ANSWER)


def test_thousands_of_changes_between_quote_and_text_are_no_more_than_lines() -> None:
    text = "> x\ny\n" * 40_000
    assert reply(text).split() == text.split()


def test_below_a_thousand_lines_that_end_like_attributions_none_is_looked_for() -> None:
    ending, below = "and 5 wrote:\n", f"Thanks.\n\n{INTRODUCED['yahoo, no quote marks']}"
    assert reply(f"{ending * 900}{below}").endswith("Thanks.")
    assert reply(f"{ending * 1_000}{below}").endswith("Which colour?\nAda")
