"""What the headers of a mail vouch for is folded; what a customer types or pastes like a mail
program agrees with them in nothing, and stays."""

import re
from html import escape
from itertools import product

import pytest

from supportcli.channels import mime
from supportcli.channels.headers.answered_mail import NOBODY, Answered
from supportcli.domain.mail import Address

DESK = "Ada Lind <help@shop.test>"
OLD = "Kingfisher asks\nwhich one you like."
MARKED = "\n".join(f"> {line}" for line in OLD.split("\n"))
BLOCK = f"From: {DESK}\nSent: Sunday, August 2, 2026 2:02 PM\nTo: Mia Berg <mia@berg.test>\nSubject: Re: Lamp"
GMX = f"Gesendet: Sonntag, 2. August 2026 14:02\nVon: {DESK}\nAn: Mia Berg\nBetreff: Re: Lamp"

QUOTES = {
    "nothing": "",
    "gmail": f"On Sun, Aug 2, 2026 at 2:02 PM {DESK} wrote:\n\n{MARKED}",
    "gmail, russian": f"вс, 2 авг. 2026 г. в 14:02, {DESK}:\n\n{MARKED}",
    "old gmail": f"2026/8/2 {DESK}\n\n{MARKED}",
    "thunderbird, german": f"Am 02.08.26 um 14:02 schrieb Ada Lind:\n{MARKED}",
    "a name": f"Ada Lind wrote:\n{MARKED}",
    "a name, german": f"Ada Lind schrieb:\n\n{MARKED}",
    "apple": f"> On 2 Aug 2026, at 14:02, {DESK} wrote:\n> \n{MARKED}",
    "open-xchange, german": f"{DESK} hat am 02.08.2026 14:02 CEST geschrieben:\n\n\n{MARKED}",
    "zoho": f"---- On Sun, 02 Aug 2026 14:02:00 +0200 {DESK} wrote ----\n\n{MARKED}",
    "zoho, german": f"---- Am So., 02 Aug. 2026 14:02:00 +0200 schrieb {DESK} ----\n\n{MARKED}",
    "three dots": f"On 2026-08-02 at 14:02 +02, Ada Lind wrote...\n{MARKED}",
    "romanian": f"La data dum., 2 aug. 2026 la 14:02, {DESK} a scris:\n\n{MARKED}",
    "turkish": f"2.08.2026 14:02 tarihinde Ada Lind yazdı:\n{MARKED}",
    "turkish, an address": f"2 Ağu 2026 Paz, 14:02 tarihinde {DESK} yazdı:\n{MARKED}",
    "outlook, vietnamese": f"Từ: {DESK}\nĐã gửi: 2 Tháng Tám 2026 14:02\nĐến: Mia Berg\nChủ đề: Re: Lamp\n\n{OLD}",
    "outlook": f"{BLOCK}\n\n{OLD}",
    "outlook, a rule": f"{'_' * 32}\n{BLOCK}\n\n{OLD}",
    "outlook, marked": "> -----Original Message-----\n"
    + "".join(f"> {line}\n" for line in BLOCK.split("\n"))
    + f">\n{MARKED}",
    "gmx": f"{GMX}\n\n{OLD}",
    "yahoo": f"On Sunday, August 2, 2026 at 02:02:11 PM GMT+2, {DESK} wrote:\n\n{OLD}",
    "alias": f"On Sun, Aug 2, 2026 at 2:02 PM Tom <tom@shop.test> wrote:\n\n{MARKED}",
}
MAIL_HEADERS = (
    "From: Mia Berg <mia@berg.test>\nTo: Ada Lind <help@shop.test>\nSubject: Re: Lamp\n"
    "Message-ID: <2@berg.test>\nIn-Reply-To: <1@shop.test>\nMIME-Version: 1.0\n"
)

# What ordinary customers type and paste: each is one answer.
CITED = {
    "an appointment": "The date is fixed.\nTuesday 4 August 2026, 11:00, at Tom Small's <tom@small.test>",
    "an appointment, german": "Es bleibt dabei.\nDi., 4. August 2026, 11:00 Uhr Übergabe an Herrn Klein <klein@amt.test>",
    "an appointment, spanish": "Queda así:\nEl 4 de agosto de 2026 a las 11:00\nveo al Sr. Pérez <perez@ayto.test>",
    "a log": "It prints\n2026-08-04 11:00:00 ERROR mail to <help@shop.test>\n2026-08-04 11:00:01 ERROR mail to <tom@small.test>",
    "a day above": "Date of birth:\n01/02/1980.",
    "a day and a time above": "It stopped\non Tuesday 4 August 2026 at 10:05",
    "a day and a time above, german": "Der Termin ist\nam 04.08.2026 um 10:05",
    "a list": "Our note reads\n\nFrom: Mills & Sons\nSent: 4 August 2026 08:00\nTo: Harbour Hotel\nSubject: 40 kg flour\n\nbut only 30 kg came.",
    "a list at the top": "Von: Bäckerei Mühle <muehle@brot.test>\nGesendet: 4. August 2026 08:00\nAn: Hotel\nBetreff: Mehl\n\nEs kamen 30 kg.",
    "a list of a trip": "Taxi\nDe: Aéroport <vols@air.test>\nEnvoyé: le 4 août 2026 10:05\nÀ: Hôtel\nObjet: trois valises\n\nMerci.",
    "pasted headers": "The full headers:\n\nReceived: from mx.shop.test by home.test;\n  Sun, 2 Aug 2026 14:02:00 +0200\n"
    "From: Ada Lind <help@shop.test>\nTo: mia@berg.test\nSubject: Lamp\nDate: Sun, 2 Aug 2026 14:02:00 +0200\n\nDoes this help?",
    "pasted headers, from first": "I see this\n\nFrom: Ada Lind <help@shop.test>\nTo: mia@berg.test\nSubject: Lamp\n"
    "Date: Sun, 2 Aug 2026 14:02:00 +0200\nMessage-ID: <1@shop.test>\n\nDoes this help?",
    "a block above a block": "The pump is broken.\nFrom: Leeds\nTo: York\nSubject: pump\nPlease collect it.",
    "a trip above a block": "Hej,\nFrån: Stockholm C\nTill: Göteborg <resa@tag.test>\nDatum: 11 aug 2026 06:20\nÄmne: vagn\nTack, Åsa",
    "a separator": "-----Original Message-----\nFrom: me\nis all my fax prints. Why?",
    "a mail of somebody": "I got this:\n\nOn Sun, 2 Aug 2026 at 08:00, Prince <prince@gold.test> wrote:\n> I have gold for you.\n\nIs this yours?",
    "a mail of somebody, unmarked": "We had a visit.\nOn Monday, 3 August 2026 at 10:05, the technician wrote:\nno fault.\n\nIt is still faulty.",
    "a block of somebody": "My landlord says\n\nFrom: Old <old@house.test>\nSent: Sunday, August 2, 2026 8:00 AM\nTo: Mia\n"
    "Subject: Rent\n\nPay!\n\nMust I?",
    "stacked": "Please answer soon.\nMy landlord <old@house.test> wrote on 2 August 2026 at 10:05:",
    "stacked, without an address": "Calls of today\n8/2/26 10:05, Tom Baker: engaged\n8/2/26 10:15, Ann Baker wrote:",
    "a line of yours": f"Why do your mails begin with\nOn Sun, Aug 2, 2026 at 2:02 PM {DESK} wrote:\nand then go on without any text?",
    "a day, a time, AM and On above": "It stopped.\nOn Tuesday, 4 August 2026 10:05 AM",
    "a day, a time and On above": "It stopped.\nOn Tuesday 4 August 2026 at 10:05",
    "a first mail": "Prince <prince@gold.test> wrote on 2 August 2026 at 10:05:\n> I have gold\nIs it true?",
}


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def read(body: str, kind: str = "plain", headers: str = MAIL_HEADERS) -> list[str]:
    """The words of the reply that is read in a mail with this body."""
    return words(
        mime.parse(f"{headers}Content-Type: text/{kind}; charset=utf-8\n\n{body}\n".encode()).reply
    )


@pytest.mark.parametrize("text", CITED.values(), ids=CITED)
def test_what_a_customer_types_or_pastes_stays_above_every_quote(text: str) -> None:
    for name, quote in QUOTES.items():
        for gap in ("\n", "\n\n"):
            kept = read(f"{text}{gap}{quote}")
            assert kept[: len(words(text))] == words(text), name


@pytest.mark.parametrize("text", CITED.values(), ids=CITED)
def test_what_a_customer_types_or_pastes_stays_between_and_below_quotes(text: str) -> None:
    attribution = f"On Sun, Aug 2, 2026 at 2:02 PM {DESK} wrote:\n\n"
    for below in ("", f"\n\n{MARKED}\n\nToday."):
        kept = " ".join(read(f"{attribution}{MARKED}\n\n{text}{below}"))
        assert " ".join(words(text)) in kept


@pytest.mark.parametrize(
    "quote",
    [quote for quote in QUOTES.values() if quote],
    ids=[name for name in QUOTES if name != "nothing"],
)
def test_the_mail_that_is_answered_is_folded(quote: str) -> None:
    assert read(f"The lamp hums.\n\n{quote}") == ["The", "lamp", "hums"]


@pytest.mark.parametrize("name", ["gmail", "thunderbird, german", "a name", "yahoo", "outlook"])
def test_a_letter_behind_marks_above_the_quote_is_cited(name: str) -> None:
    letter = "I hung up this note\n\n> Dear neighbours,\n> the hall is shut.\n> Use the side door.\n> Kind regards"
    assert read(f"{letter}\n\n{QUOTES[name]}") == words(letter)


ALIASES = {
    "another address": "From: Mia <mia@berg.test>\nTo: all@lists.test\nSubject: AW: Re: Lamp\nMessage-ID: <2@berg.test>\n"
    "In-Reply-To: <1@mail.shop.test>\n",
    "no headers": "",
}


@pytest.mark.parametrize("headers", ALIASES.values(), ids=ALIASES)
def test_the_subject_vouches_where_the_mail_goes_to_another_address(headers: str) -> None:
    for quote in (
        BLOCK + f"\n\n{OLD}",
        f"{'_' * 32}\n{BLOCK}\n\n{OLD}",
        QUOTES["gmail"],
        QUOTES["apple"],
    ):
        assert read(f"The lamp hums.\n\n{quote}", headers=headers) == ["The", "lamp", "hums"]


def test_a_mail_that_answers_nothing_quotes_nobody_else() -> None:
    headers = MAIL_HEADERS.replace("Re: Lamp", "Lamp").replace("In-Reply-To: <1@shop.test>\n", "")
    for quote in (
        f"On Sun, Aug 2, 2026 at 2:02 PM Tom <tom@b.test> wrote:\n{MARKED}",
        f"> Dear Mia,\n{MARKED}\n> Kind regards",
    ):
        text = f"Is this true?\n\n{quote}"
        assert read(text, headers=headers) == words(text)


CITE = f'<div class="gmail_quote"><div class="gmail_attr">On Sun, Aug 2, 2026 at 2:02 PM {escape(DESK)} wrote:<br></div>'
PAGE_QUOTES = {
    "gmail": f'{CITE}<blockquote class="gmail_quote" style="margin:0 0 0 .8ex">Kingfisher</blockquote></div>',
    "apple": f'<blockquote type="cite"><div>On 2 Aug 2026, at 14:02, {escape(DESK)} wrote:</div><br><div>Kingfisher</div></blockquote>',
    "thunderbird": '<div class="moz-cite-prefix">On 8/2/26 14:02, Ada Lind wrote:</div>'
    '<blockquote type="cite" cite="mid:1@b">Kingfisher</blockquote>',
    "outlook": '<div style="border:none;border-left:solid blue 1.5pt;padding:0cm 0cm 0cm 4.0pt"><p>'
    + escape(BLOCK).replace("\n", "<br>")
    + "</p><p>Kingfisher</p></div>",
}
INDENTS = (
    '<blockquote style="margin:0 0 0 40px;border:none;padding:0px">{}</blockquote>',
    '<blockquote style="margin: 0px 0px 0px 40px; border: none">{}</blockquote>',
    '<blockquote class="webkit-indent-blockquote">{}</blockquote>',
    "<blockquote>{}</blockquote>",
    '<blockquote dir="ltr" style="MARGIN-RIGHT: 0px">{}</blockquote>',
)
INDENTED = (
    "Dear neighbours,|the hall is shut.|Please use the side door.|Thank you, Mia",
    "Kind regards|Chairman|Am Markt 5|12345 Berlin",
    "On Sunday, 2 August 2026 at 10:05, Tom wrote:|Please come.",
    "From: Old &lt;old@house.test&gt;|Sent: Sunday, August 2, 2026 8:00 AM|To: Mia|Subject: Rent|Pay!",
)


@pytest.mark.parametrize("quote", PAGE_QUOTES.values(), ids=PAGE_QUOTES)
def test_what_a_customer_indents_is_no_quote(quote: str) -> None:
    for indent, inner in product(INDENTS, INDENTED):
        own = "<div>My note.</div>" + indent.format(
            "".join(f"<div>{line}</div>" for line in inner.split("|"))
        )
        assert read(own + quote, "html") == [
            "My",
            "note",
            *words(inner.replace("&lt;", "").replace("&gt;", "")),
        ]


@pytest.mark.parametrize("quote", PAGE_QUOTES.values(), ids=PAGE_QUOTES)
def test_marks_that_a_customer_types_outside_the_quote_of_a_page_are_her_own(quote: str) -> None:
    for own in (
        "&gt; Size: 42",
        "&gt;&gt;&gt; import lamp",
        "&gt; Dear all,<br>&gt; come<br>&gt; soon<br>&gt; Kind regards",
    ):
        for page in (
            f"{quote}<div>{own}</div>",
            f"<div>{own}</div>{quote}",
            f"{quote}<div>{own}</div><div>Yes.</div>",
        ):
            kept = " ".join(read(page, "html"))
            assert " ".join(words(re.sub(r"&gt;|<br>", " ", own))) in kept


def test_answers_between_the_pieces_of_a_quote_of_outlook_stay() -> None:
    blue = '<div style="border:none;border-left:solid blue 1.5pt;padding:0cm 0cm 0cm 4.0pt"><p class="MsoNormal">Since when?</p></div>'
    page = f"<p>The big one.</p>{PAGE_QUOTES['outlook']}<p>In the cellar.</p>{blue}<p>Since Monday.</p>"
    kept = " ".join(read(page, "html"))
    assert all(answer in kept for answer in ("The big one", "In the cellar", "Since Monday"))


def test_a_stuffed_line_of_flowed_text_is_no_quote() -> None:
    body = f"On 8/2/26 14:02, Ada Lind wrote:\n{MARKED}\n\n > Size: 42\n > Colour: red"
    assert read(body, "plain; format=flowed") == ["Size", "42", "Colour", "red"]


def test_headers_of_no_mail_program_know_nothing() -> None:
    bare = mime.parse(b"From: Mia <mia@b.test>\nTo: help@shop.test\nSubject: Re: Lamp\n\nyes\n")
    assert Answered.of(bare) == Answered(
        frozenset({"mia@b.test"}), own_names=frozenset({"mia"}), bare_reply=True
    )
    assert not Answered.of(bare).known
    assert not NOBODY.known


@pytest.mark.parametrize(
    ("who", "is_of", "is_near"),
    [
        ("Ada Lind <help@shop.test>", True, True),
        ("help@shop.test", True, True),
        ("Lind, Ada", True, True),
        ("Ada Lind via Zen", True, True),
        ("Tom <tom@shop.test>", False, True),
        ("Ada Lind <ada@gold.test>", False, False),
        ("Tom", False, False),
        ("Mia <mia@berg.test>", False, False),
        ("", False, False),
    ],
)
def test_a_recipient_is_known_by_the_address_or_else_the_name(
    who: str, is_of: bool, is_near: bool
) -> None:
    mail = mime.parse(MAIL_HEADERS.encode() + b"\nyes\n")
    answered = Answered.of(mail)
    assert (answered.is_of(who), answered.is_near(who)) == (is_of, is_near)


@pytest.mark.parametrize(
    ("subject", "about"),
    [
        ("Lamp", True),
        ("RE: AW: lamp", True),
        ("WG: Lamp ", True),
        ("Lamps", False),
        ("", False),
        ("Re:", False),
    ],
)
def test_a_subject_is_compared_without_its_marks(subject: str, about: bool) -> None:
    assert Answered.of(mime.parse(MAIL_HEADERS.encode() + b"\nyes\n")).is_about(subject) == about


def test_who_writes_to_herself_answers_nobody_else() -> None:
    mine = Address("Mia", "mia@berg.test")
    mail = mime.parse(MAIL_HEADERS.replace(DESK, str(mine)).encode() + b"\nyes\n")
    assert Answered.of(mail).addresses == frozenset()
