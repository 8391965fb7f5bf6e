"""No word of a customer's is folded away: whatever stands above, between or below the quotes of
whichever mail program, in plain text and in HTML."""

import re
from collections import Counter
from html import escape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from supportcli.channels import mime
from supportcli.channels.folding.quotes import fold
from supportcli.channels.html.text import html_to_text
from supportcli.domain.mail import unfolded

ADA = "Ada Lind <help@shop.test>"
QUOTED = ("Which ones would you like?", "Kingfisher Shop")
MARKED = "\n".join(f"> {line}" for line in QUOTED)
OLD = "\n".join(QUOTED)

# The line (or the lines, as the program breaks them) above a quote with marks.
ATTRIBUTIONS = {
    "gmail": f"On Sun, Aug 2, 2026 at 2:02 PM {ADA} wrote:",
    "gmail, narrow space": f"On Sun, Aug 2, 2026 at 2:02\u202fPM {ADA} wrote:",
    "gmail, broken before wrote": "On Sun, Aug 2, 2026 at 2:02 PM Ada Lind (Support) <help@shop.test>\nwrote:",
    "gmail, broken in the address": "On Sun, Aug 2, 2026 at 2:02 PM Ada Lind via the shop <\nhelp@shop.test> wrote:",
    "gmail, broken three times": "On Sun, Aug 2, 2026\nat 2:02 PM Ada\nLind of the very long name <\nhelp@shop.test> wrote:",
    "gmail, a long name": 'On Sun, Aug 2, 2026 at 2:02 PM "Support Team for Lamps, Chairs and Tables" <help@shop.test> wrote:',
    "gmail, name of a firm": "On Sun, Aug 2, 2026 at 2:02 PM Help at the House for Lamps <help@shop.test> wrote:",
    "gmail, german": f"Am So., 2. Aug. 2026 um 14:02 Uhr schrieb {ADA}:",
    "gmail, german, name first": f"{ADA} schrieb am So., 2. Aug. 2026 um 14:02 Uhr:",
    "gmail, french": f"Le dim. 2 août 2026 à 14:02, {ADA} a écrit\u00a0:",
    "gmail, french of canada": f"Le dim. 2 août 2026, à 14 h 02, {ADA} a écrit :",
    "gmail, spanish": "El dom, 2 ago 2026 a las 14:02, Ada Lind (<help@shop.test>) escribió:",
    "gmail, italian": f"Il giorno dom 2 ago 2026 alle ore 14:02 {ADA} ha scritto:",
    "gmail, dutch": f"Op zo 2 aug 2026 om 14:02 schreef {ADA}:",
    "gmail, portuguese": f"Em dom., 2 de ago. de 2026 às 14:02, {ADA} escreveu:",
    "gmail, polish": f"niedz., 2 sie 2026 o 14:02 {ADA} napisał(a):",
    "gmail, russian": f"вс, 2 авг. 2026 г. в 14:02, {ADA}:",
    "gmail, ukrainian": f"нд, 2 серп. 2026 р. о 14:02 {ADA} пише:",
    "gmail, swedish": f"Den sön 2 aug. 2026 kl 14:02 skrev {ADA}:",
    "gmail, czech": f"ne 2. 8. 2026 v 14:02 odesílatel {ADA} napsal:",
    "gmail, turkish": "Ada Lind <help@shop.test>, 2 Ağu 2026 Paz, 14:02 tarihinde şunu yazdı:",
    "gmail, turkish, broken": "Ada Lind <help@shop.test>, 2 Ağu 2026 Paz, 14:02 tarihinde şunu\nyazdı:",
    "gmail, hungarian": f"{ADA} ezt írta (időpont: 2026. aug. 2., V, 14:02):",
    "gmail, japanese": f"2026年8月2日(日) 14:02 {ADA}:",
    "gmail, chinese": f"{ADA} 于2026年8月2日周日 14:02写道：",
    "gmail, korean": f"2026년 8월 2일 (일) 오후 2:02, {ADA}님이 작성:",
    "gmail, hebrew": "\u202bבתאריך יום א׳, 2 באוג׳ 2026 ב-14:02 מאת \u202aAda\u202c\u200f <\u202ahelp@shop.test\u202c\u200f>:\u202c",
    "gmail, arabic": f"في الأحد، 2 أغسطس 2026 في 2:02 م تمت كتابة ما يلي بواسطة {ADA}:",
    "apple": f"On 2 Aug 2026, at 14:02, {ADA} wrote:",
    "apple, dutch": f"Op 2 aug. 2026 om 14:02 heeft {ADA} het volgende geschreven:",
    "apple, russian": f"2 авг. 2026 г., в 14:02, {ADA} написал(а):",
    "apple, chinese": f"在 2026年8月2日，下午2:02，{ADA} 写道：",
    "apple, japanese": f"2026/08/02 14:02、{ADA}のメール:",
    "thunderbird": "On 8/2/26 14:02, Ada Lind wrote:",
    "thunderbird, german": "Am 02.08.26 um 14:02 schrieb Ada Lind:",
    "thunderbird, french": "Le 02/08/2026 à 14:02, Ada Lind a écrit :",
    "thunderbird, polish": "W dniu 2.08.2026 o 14:02, Ada Lind pisze:",
    "thunderbird, russian": "02.08.2026 14:02, Ada Lind пишет:",
    "thunderbird, danish": "Den 02.08.2026 kl. 14.02 skrev Ada Lind:",
    "mutt": "On Sun, Aug 02, 2026 at 02:02:11PM +0200, Ada Lind wrote:",
    "evolution": "On Sun, 2026-08-02 at 14:02 +0200, Ada Lind wrote:",
    "k-9": f"{ADA} wrote:",
    "lotus": f"{ADA} wrote on 02/08/2026 14:02:12:",
    "proton": f"On Sunday, August 2nd, 2026 at 2:02 PM, {ADA} wrote:",
}
# What stands above an earlier mail that has no marks.
INTRODUCTIONS = {
    "yahoo": f"On Sunday, August 2, 2026 at 02:02:11 PM GMT+2, {ADA} wrote:\n\n",
    "yahoo, german": f"Am Sonntag, 2. August 2026 um 14:02:11 MESZ hat {ADA} Folgendes geschrieben:\n\n",
    "yahoo, spanish": f"El domingo, 2 de agosto de 2026, 14:02:11 CEST, {ADA} escribió:\n\n",
    "outlook": f"From: {ADA}\nSent: Sunday, August 2, 2026 2:02 PM\nTo: Mia\nSubject: Re: Colour\n",
    "outlook, without an address": "From: Ada Lind\nSent: Sunday, August 2, 2026 2:02 PM\nTo: Mia\nSubject: Re: Colour\n",
    "outlook, rule": f"{'_' * 32}\nFrom: {ADA}\nSent: Sunday, August 2, 2026 2:02 PM\nTo: Mia\nSubject: Re: Colour\n",
    "outlook, original": f"-----Original Message-----\nFrom: {ADA}\nSent: Sunday, August 2, 2026 2:02 PM\nTo: Mia\nSubject: Re: Colour\n",
    "outlook, macintosh": f"From: {ADA}\nDate: Sunday, 2 August 2026 at 14:02\nTo: Mia <mia@b.test>\nSubject: Re: Colour\n",
    "outlook, german": f"Von: {ADA}\nGesendet: Sonntag, 2. August 2026 14:02\nAn: Mia\nBetreff: Re: Farbe\n",
    "outlook, french": f"De : {ADA}\nEnvoyé : dimanche 2 août 2026 14:02\nÀ : Mia\nObjet : Re: x\n",
    "outlook, polish": f"Od: {ADA}\nWysłano: niedziela, 2 sierpnia 2026 14:02\nDo: Mia\nTemat: Re: x\n",
    "outlook, chinese": f"发件人: {ADA}\n发送时间: 2026年8月2日 14:02\n收件人: Mia\n主题: Re: x\n",
    "gmx": f"Gesendet: Sonntag, 02. August 2026 um 14:02 Uhr\nVon: {ADA}\nAn: mia@b.test\nBetreff: Re: x\n",
}
FORMS = {name: f"{line}\n\n{MARKED}" for name, line in ATTRIBUTIONS.items()} | {
    name: f"{lines}\n{OLD}" for name, lines in INTRODUCTIONS.items()
}

# Lines of ordinary answers that look like the begin of something else.
LINES = [
    *(
        "50 EUR is too much. I cancel the contract.",
        "Size 42",
        "42",
        "No",
        "Yes",
        "12 of the red ones, please.",
        "2 x blue, 3 x red",
        "1,299.00 EUR",
        "10.00",
    ),
    *(
        "2 August",
        "2026-08-03",
        "03.08.2026",
        "8/2/26",
        "3 May 2026, 10:00",
        "Saturday 31 January 2026",
        "10:30",
        "2024",
        "Mon, 3 Aug",
    ),
    *(
        "On Monday",
        "On 3 May 2026 at 10:30",
        "On 3 May 2026 at 10:30 I was there",
        "On 2 Aug 2026, at 14:02",
        "Am 3. Mai war ich dort",
    ),
    *(
        "Am 3. Mai 2026 um 10:30 Uhr",
        "Le 3 mai je suis venue à 10:30",
        "El 3 de mayo de 2026 llamé a las 10:30",
        "Il 3 maggio alle 10:30",
    ),
    *(
        "Dne 3.",
        "Op 3 mei",
        "May 3, 2026",
        "10:30 AM, May 3, 2026",
        "Tue",
        "GMT+2",
        "12:00-14:00",
        "17.",
        "#17",
        "a)",
        "Cc: Tom",
        "Fine.\nRegards,\nMia Berg",
    ),
    *(
        "+49 221 123456",
        "0221/123456",
        "Tel. 0221 123",
        "Order 4711-2026",
        "No. 17",
        "IBAN DE89 3704 0044 0532 0130 00",
        "https://shop.test/1",
    ),
    *(
        "Mia Berg <mia@b.test>",
        "Ask my colleague Tom Berg <tom@b.test>",
        "<x@y.test>",
        "x@y.test wrote",
        "From: Berlin",
        "To: Paris",
        "Date: 3 May",
    ),
    *(
        "Subject: trip",
        "Von: Berlin\nNach: Paris\nAm: 3.5.2026",
        "From: Berlin\nTo: Paris\nDate: 3 May 2026 10:30\nSubject: trip\nok",
    ),
    *(
        "-----\nYes",
        "Sent from Hamburg on 3 May",
        "Sent from my iPhone Please call me",
        "Sent from my phone. Sorry, I need it by Monday.",
        "| a | b |",
    ),
    *(
        "-- \nI cancel my order.",
        "-- \nSize 42",
        "--\nPlease send it to Hill 3",
        "-- \nMia Berg\nOrder 4711",
    ),
    *(
        "注文番号 4711",
        "2026年5月3日 10:30に行きます",
        "3 мая 2026 в 10:30",
        "Заказ 4711 от 3 мая 2026",
        "הזמנה 4711",
        "طلب 4711",
    ),
]
# Lines that end in a colon may introduce what is below them: where it has no marks, it stays.
OPEN_LINES = [
    *(
        "My address is:",
        "He wrote:",
        "Am 3. Mai schrieb mir Ada:",
        "The price is 1,299.00 EUR:",
        "Thursday:",
    ),
    *(
        "On Monday I will be there at 10:30, my address is x@y.test, he wrote:",
        "On 3 May 2026 at 10:30 I said to Ada <a@b.test>:",
    ),
]
texts = st.lists(st.sampled_from(LINES), min_size=1, max_size=4).map("\n".join)
breaks = st.sampled_from(["\n", "\n\n"])


def reply(text: str) -> str:
    return unfolded(text, fold(text))


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text))


def lost(said: str, kept: str) -> Counter[str]:
    return words(said) - words(kept)


def as_html(text: str) -> str:
    """`text` as a mail program writes it: a div a line, a blockquote around what has marks."""
    lines = [
        f"<div>{escape(line) or '<br>'}</div>"
        for line in text.split("\n")
        if not line.startswith(">")
    ]
    marked = [f"<div>{escape(line[2:])}</div>" for line in text.split("\n") if line.startswith(">")]
    return "".join(lines) + (
        f'<blockquote type="cite">{"".join(marked)}</blockquote>' if marked else ""
    )


@pytest.mark.parametrize("html", [False, True], ids=["plain", "html"])
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_each_line_of_an_answer_stays_above_each_form_of_quote(form: str, html: bool) -> None:
    for line in LINES:
        for between in ("\n", "\n\n"):
            body = f"{line}{between}{form}"
            kept = reply(html_to_text(as_html(body)) if html else body)
            assert not lost(line, kept), line
            assert "Kingfisher" not in kept, line


@given(texts, breaks, st.sampled_from(list(FORMS.values())), st.booleans())
@example(
    "50 EUR is too much.\nI cancel the contract.",
    "\n\n",
    FORMS["gmail, broken before wrote"],
    False,
)
@example("12 of the red ones, please.", "\n\n", FORMS["apple"], False)
@example("Am 3. Mai war ich dort", "\n", FORMS["gmail, german"], True)
def test_every_word_above_a_quote_stays(text: str, between: str, form: str, html: bool) -> None:
    body = f"Hello Ada,\n\n{text}{between}{form}"
    assert not lost(f"Hello Ada {text}", reply(html_to_text(as_html(body)) if html else body))


@given(st.sampled_from(list(ATTRIBUTIONS.values())), st.sampled_from(LINES), breaks, st.data())
def test_an_attribution_broken_at_any_word_takes_no_line_with_it(
    line: str, above: str, between: str, data: st.DataObject
) -> None:
    pieces = line.replace("\n", " ").split(" ")
    places = data.draw(st.sets(st.integers(1, len(pieces) - 1), max_size=3))
    broken = "".join(
        ("\n" if place in places else " ") * (place > 0) + piece
        for place, piece in enumerate(pieces)
    )
    assert not lost(above, reply(f"{above}{between}{broken}\n\n{MARKED}"))


@given(st.sampled_from(OPEN_LINES), breaks, st.sampled_from(list(FORMS.values())))
def test_a_line_that_ends_in_a_colon_stays(line: str, between: str, form: str) -> None:
    assert not lost(line, reply(f"Hello Ada,\n{line}{between}{form}"))


@given(texts, st.sampled_from(list(ATTRIBUTIONS.values())), texts, breaks, breaks)
def test_every_word_around_a_quote_stays(
    above: str, line: str, below: str, before: str, behind: str
) -> None:
    body = f"{above}{before}{line}\n\n{MARKED}{behind}{below}"
    assert not lost(f"{above} {below}", reply(body))


@given(
    st.lists(
        st.tuples(st.sampled_from(LINES + OPEN_LINES), st.just(MARKED)), min_size=2, max_size=4
    ),
    st.sampled_from(list(ATTRIBUTIONS.values())),
)
def test_every_answer_between_quotes_stays(answers: list[tuple[str, str]], line: str) -> None:
    body = f"{line}\n{MARKED}\n" + "\n".join(f"{answer}\n{quote}" for answer, quote in answers)
    assert not lost(" ".join(answer for answer, _ in answers), reply(body))


KEPT = {
    "a poem behind marks": (
        "I like this poem\n\n> Rose\n> Red\n>\n> Violet\n> Blue",
        "I like this poem Rose Red Violet Blue",
    ),
    "a log behind marks": ("It prints\n" + "> npm ERR! 17\n" * 6, "It prints npm ERR 17"),
    "a poem below inline answers": (
        f"{ATTRIBUTIONS['gmail']}\n{MARKED}\n\nThis one:\n\n> Rose\n> Red\n> Violet\n> Blue\n",
        "Rose Red Violet Blue",
    ),
    "pieces behind a mark": (f"Yes\n> 50 pieces\n\n{FORMS['gmail']}", "Yes 50 pieces"),
    "a colleague's words": (
        "Hello.\nYour colleague Tom <t@shop.test> wrote on 3 May 2026 at 10:30:\n\nreturn it.\n\nCan I?",
        "return it Can I",
    ),
    "words of somebody": (
        "Hello.\nOn 3 May 2026 at 10:30 Tom wrote:\n\nreturn it.\n\nCan I?",
        "return it Can I",
    ),
    "a name that wrote": (
        "Hello.\n\nTom <t@shop.test> wrote:\n\nreturn it.\n\nCan I?",
        "return it Can I",
    ),
    "below a greeting": (
        f"Hi Ada,\n\n{INTRODUCTIONS['outlook']}\nWhich?\n\nBlue please.",
        "Blue please",
    ),
    "what she asked before": (
        f"Here is what I asked:\n\n{INTRODUCTIONS['outlook']}\nWhere is it?",
        "Where is it",
    ),
    "a trip with all labels": (
        "Change\n\nFrom: Berlin\nTo: Paris\nDate: 3 May\nSubject: trip\n\nThanks",
        "From Berlin To Paris Date 3 May Subject trip Thanks",
    ),
    "a trip above outlook": (
        f"Change\nFrom: Berlin\nTo: Paris\n{INTRODUCTIONS['outlook']}",
        "Change From Berlin To Paris",
    ),
    "sections of her own": (
        "One\n\n--- Original ---\nred\n--- Copy ---\nblue",
        "Original red Copy blue",
    ),
    "words between attribution and quote": (
        f"Hello.\n{ATTRIBUTIONS['gmail']}\nSee 42\n{MARKED}\nand 17",
        "Hello See 42 and 17",
    ),
    "a table below": (f"Yes\n\n{FORMS['gmail']}\n\n| Size | 42 |\n| Red | 3 |", "Size 42 Red 3"),
    "announced answers behind marks": (
        f"See my answers inline.\n\n{FORMS['gmail']}\n> BLUE",
        "BLUE",
    ),
    "an attribution in her paragraph": (f"I cancel. {FORMS['gmail']}", "I cancel"),
    "a postscript below a signature": (
        f"Yes\n-- \nMia Berg\n\nPS: Size 42\n\n{FORMS['gmail']}",
        "Yes PS Size 42",
    ),
    "confidential": (
        "Yes\n\nThis e-mail is confidential.\nCall me at 10:30.",
        "This e mail is confidential Call me at 10 30",
    ),
    "a program she speaks of": (
        "Yes\nGet Outlook running on my PC, please, it fails",
        "Get Outlook running on my PC please it fails",
    ),
    "sent by her boss": (
        "Ja\nDiese Nachricht wurde von meinem Chef gesendet",
        "Diese Nachricht wurde von meinem Chef gesendet",
    ),
    "sent with a parcel service": (
        "Ja\nGesendet mit Hermes am Montag",
        "Gesendet mit Hermes am Montag",
    ),
    "a bracket closed on the next line": (
        "Blue\nOn 2 Aug 2026 at 14:02 Ada <\nhelp@shop.test\n> wrote:\n\n> Which?",
        "Blue",
    ),
}


@pytest.mark.parametrize(("text", "said"), KEPT.values(), ids=KEPT)
def test_what_may_be_her_own_words_stays(text: str, said: str) -> None:
    assert not lost(said, reply(text))


GMAIL = escape(ATTRIBUTIONS["gmail"])
BLOCK = f"<b>From:</b> {escape(ADA)}<br><b>Sent:</b> Sunday, August 2, 2026 2:02 PM<br><b>To:</b> Mia<br><b>Subject:</b> Re: x<br>"
YAHOO = f'<div class="yahoo_quoted" id="yahoo_quoted_1"><div>{escape(INTRODUCTIONS["yahoo"].strip())}</div><div>Kingfisher</div></div>'
OUTLOOK = f'<hr><div id="divRplyFwdMsg">{BLOCK}</div><div>Kingfisher</div>'
GMX_BLOCK = f"<div><b>Gesendet:</b> 02.08.26 14:02<br><b>Von:</b> {escape(ADA)}<br><b>An:</b> Mia<br><b>Betreff:</b> x</div>"
GMX = f'<div name="quote" style="x">{GMX_BLOCK}Kingfisher</div>'
PAGES = {
    "gmail": f'<div>Size 42</div><div class="gmail_quote"><div>{GMAIL}<br></div><blockquote class="gmail_quote">Kingfisher</blockquote></div>',
    "gmail without a blockquote": f'<div>Size 42</div><div class="gmail_quote">{GMAIL}<br>Kingfisher</div>',
    "thunderbird": '<p>Size 42</p><div class="moz-cite-prefix">On 8/2/26 14:02, Ada wrote:</div><blockquote type="cite">Kingfisher</blockquote>',
    "apple": f'<div>Size 42</div><blockquote type="cite"><div>{GMAIL}</div><br><div>Kingfisher</div></blockquote>',
    "yahoo": f"<div>Size 42</div>{YAHOO}",
    "gmx": f"<div>Size 42</div>{GMX}",
    "outlook on the web": f"<div>Size 42</div>{OUTLOOK}",
    "outlook on the web, held": f'<div>Size 42</div><div id="mail-editor-reference-message-container">{OUTLOOK}</div>',
    "outlook": f'<p class=MsoNormal>Size 42</p><div style="border-top:solid #E1E1E1 1.0pt"><p class=MsoNormal>{BLOCK}</p></div><p>Kingfisher</p>',
    "a poem of her own": f"<p>Size 42</p><blockquote><p>Rose</p><p>Red</p><p>Violet</p><p>Blue</p></blockquote><div>{GMAIL}</div>"
    "<blockquote>Kingfisher</blockquote>",
}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_quotes_of_pages_are_folded_and_answers_are_not(page: str) -> None:
    kept = reply(html_to_text(page))
    assert "Kingfisher" not in kept
    assert not lost("Size 42" + " Rose Red Violet Blue" * ("Rose" in page), kept)


BELOW = [page for name, page in PAGES.items() if name not in {"outlook on the web", "outlook"}]


@pytest.mark.parametrize("page", BELOW)
def test_text_behind_the_quote_of_a_page_stays(page: str) -> None:
    assert not lost("Size 42 and a lamp", reply(html_to_text(f"{page}<div>and a lamp</div>")))


APPLE = f'<blockquote type="cite"><div>{GMAIL}</div><br><div>Kingfisher</div></blockquote>'
APPLE_PHONE = f'<blockquote type="cite">{GMAIL}<br><br></blockquote><blockquote type="cite"><div>Kingfisher</div></blockquote>'


@pytest.mark.parametrize("quote", [APPLE, APPLE_PHONE], ids=["computer", "phone"])
def test_the_quote_of_apple_above_an_answer_is_folded(quote: str) -> None:
    assert reply(html_to_text(f"<div>{quote}</div><div><br></div><div>Size 42</div>")) == "Size 42"


OWN_PAGES = {
    "marks of her own below the quote of apple": f"{APPLE}<div>&gt; Size</div><div>&gt; 42</div><div>That is it.</div>",
    "answers within the quote": f'<div class="gmail_quote">{GMAIL}<blockquote>one</blockquote><div>Size</div><blockquote>two</blockquote>42</div>',
    "an empty quote": f"<div>Size.</div><div>{GMAIL}</div><blockquote><br></blockquote><div>42</div>",
    "a poem and nothing else": "<p>Size</p><blockquote><p>one</p><p>two</p><p>three</p><p>42</p></blockquote>",
    "outlook below a greeting": f"<div>Hi Ada,</div>{OUTLOOK}<div>Size 42</div>",
    "a table of a trip": "<table><tr><td>From:</td><td>Berlin</td></tr><tr><td>To:</td><td>Size</td></tr><tr><td>Date:</td><td>42</td></tr></table>",
}


@pytest.mark.parametrize("page", OWN_PAGES.values(), ids=OWN_PAGES)
def test_answers_in_unusual_places_of_a_page_stay(page: str) -> None:
    assert not lost("Size 42", reply(html_to_text(page)))


def test_an_earlier_mail_of_her_own_is_no_quote() -> None:
    head = b"From: Mia <mia@b.test>\nSubject: Re: Lamp\nContent-Type: text/plain\n\nNobody answers me.\n\n"
    block = b"From: %s\nSent: Sunday, August 2, 2026 2:02 PM\nTo: help\nSubject: Lamp\n\nIt is broken.\n"
    assert "It is broken" in mime.parse(head + block % b"Mia <mia@b.test>").reply
    assert "It is broken" not in mime.parse(head + block % b"Ada <ada@shop.test>").reply


@pytest.mark.parametrize(
    "line",
    [
        "Order 88121 of 12 Nov 2025, 10:15, Priya Nair <help@shop.test>:",
        "Invoice from 12 Nov 2025, 10:15, Priya Nair <help@shop.test>:",
        "Bestellung 88121 vom 12.11.2025, 10:15, Priya Nair <help@shop.test>:",
        "Commande 88121 du 12/11/2025 10:15, Priya Nair <help@shop.test> :",
        "Pedido 4711 del 12/11/2025 10:15, Priya Nair <help@shop.test>:",
    ],
)
def test_a_sentence_that_begins_with_other_words_is_the_senders(line: str) -> None:
    head = "From: Mia <mia@b.test>\nTo: help@shop.test\nSubject: Re: Lamp\nMessage-ID: <2@b.test>\nIn-Reply-To: <1@shop.test>\n\n"
    body = f"Hello,\n\n{line}\n> the lid is free of charge\n\nThat is not what the bill says."
    assert mime.parse(f"{head}{body}\n".encode()).reply == body
