"""Headers that say little prove nothing: what a customer types like an attribution stays, also
above a mail that is quoted without marks."""

import re
from itertools import product

import pytest

from supportcli.channels import mime

FROM = "From: Mia Berg <mia@berg.test>\n"
PROGRAM = "Date: Mon, 3 Aug 2026 09:00:00 +0200\nMessage-ID: <2@berg.test>\n"
HEADERS = {
    "nobody": f"{FROM}Subject: Lamp\n{PROGRAM}",
    "nobody who can be seen": f"{FROM}To: undisclosed-recipients:;\nSubject: Lamp\n{PROGRAM}",
    "herself": f"{FROM}To: mia@berg.test\nSubject: Lamp\n{PROGRAM}",
    "no subject": f"{FROM}{PROGRAM}",
    "neither date nor id": f"{FROM}To: help@shop.test\nSubject: Lamp\n",
    "an answer with neither date nor id": f"{FROM}To: help@shop.test\nSubject: Re: Lamp\n",
    "an answer to nobody": f"{FROM}Subject: Re: Lamp\n{PROGRAM}",
}
TYPED = {
    "english": "On Mon, 3 Aug 2026 at 14:02, Paul wrote:\nthe parcel leaves tomorrow.\nIt did not.",
    "spanish": "El 3 ago 2026 a las 14:02, la Sra. Ortiz escribió:\nSu paquete sale mañana.\nHoy es 24.",
    "german": "Am Mo., 3. Aug. 2026 um 14:02 schrieb Paul:\ndas Paket geht morgen ab.\nEs ging nicht ab.",
    "french": "Le lun. 3 août 2026 à 14:02, Paul a écrit :\nle colis part demain.\nIl est resté là.",
}
ABOVE = ("", "Hello,\n\n", "We had a visit of your driver.\n\n", "We had a visit of your driver.\n")
OUTLOOK = "From: Ada Lind <help@shop.test>\nSent: Sunday, August 2, 2026 2:02 PM\nTo: Mia Berg\nSubject: Lamp\n\nHello Mia,\n\nwhich one?\n\nAda\n\n"


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def read(headers: str, body: str) -> list[str]:
    """The words of the reply that is read in a mail with these headers and this body."""
    return words(
        mime.parse(
            f"{headers}MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{body}\n".encode()
        ).reply
    )


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS)
def test_what_reads_like_an_attribution_and_quotes_nothing_stays(headers: str) -> None:
    for above, typed in product(ABOVE, TYPED.values()):
        assert read(headers, above + typed) == words(above + typed)
        last = above + typed.split("\n")[0]
        assert read(headers, last) == words(last)


@pytest.mark.parametrize(
    "headers",
    [
        *HEADERS.values(),
        f"{FROM}To: help@shop.test\nSubject: Re: Lamp\nIn-Reply-To: <1@shop.test>\n{PROGRAM}",
    ],
)
@pytest.mark.parametrize("mark", ["", "-----Original Message-----\n", "_" * 32 + "\n"])
def test_below_a_mail_that_stands_on_top_without_marks_no_other_begins(
    headers: str, mark: str
) -> None:
    older = (
        "On Sat, 1 Aug 2026 at 14:02, Ada Lind <help@shop.test> wrote:\n\nKingfisher.\n\nBlue, please.",
        *TYPED.values(),
    )
    for typed in older:
        assert read(headers, mark + OUTLOOK + typed)[-len(words(typed)) :] == words(typed)


def test_a_text_without_headers_and_a_web_form_still_fold() -> None:
    said = "On Mon, 3 Aug 2026 at 14:02, Paul wrote:\n\nthe parcel leaves tomorrow."
    for headers in ("", HEADERS["an answer with neither date nor id"]):
        assert read(headers, f"It did not come.\n\n{said}") == ["It", "did", "not", "come"]
        assert read(headers, f"It did not come.\n\n{OUTLOOK}") == ["It", "did", "not", "come"]
