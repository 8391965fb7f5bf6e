"""Whose mail is forwarded: from an attached mail first, then from what mail programs write above its
text."""

import pytest

from supportcli.channels import mime

ATTACHED = """Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

FYI
{text}
--b
Content-Type: message/rfc822

From: Grace Hopper <grace@customer.test>
Subject: Grinder

It grinds.
--b--
"""
FORMS = {
    "gmail": "---------- Forwarded message ---------\nFrom: Grace Hopper <grace@customer.test>\nDate: Mon, 2 Mar 2026\nSubject: Grinder\nTo: <ada@shop.test>\n",
    "gmail, german": "---------- Forwarded message ---------\nVon: Grace Hopper <grace@customer.test>\nDate: Mo. 2. März 2026\nSubject: Grinder\n",
    "apple": "Begin forwarded message:\n\nFrom: Grace Hopper <grace@customer.test>\nSubject: Grinder\nDate: 2 March 2026\nTo: ada@shop.test\n",
    "apple, quoted": "> Anfang der weitergeleiteten Nachricht:\n>\n> Von: Grace Hopper <grace@customer.test>\n> Betreff: Grinder\n> Datum: 2. März\n",
    "outlook": "From: Grace Hopper <grace@customer.test>\nSent: Monday\nTo: Ada\nSubject: Grinder\n",
    "outlook, old": "From: Grace Hopper [mailto:grace@customer.test]\nSent: Monday\nTo: Ada\nSubject: Grinder\n",
    "outlook, german": "Von: Grace Hopper <grace@customer.test>\nGesendet: Montag\nAn: Ada\nBetreff: Grinder\n",
    "outlook, french": "De : Grace Hopper <grace@customer.test>\nEnvoyé : lundi\nÀ : Ada\nObjet : Grinder\n",
    "thunderbird": "-------- Forwarded Message --------\nSubject: \tGrinder\nDate: \tMon, 2 Mar\nFrom: \tGrace Hopper <grace@customer.test>\nTo: \tada@shop.test\n",
    "thunderbird, italian": "-------- Messaggio inoltrato --------\nOggetto: Grinder\nData: 2 marzo\nMittente: Grace Hopper <grace@customer.test>\n",
    "yahoo": "----- Forwarded Message -----\nFrom: Grace Hopper <grace@customer.test>\nTo: Ada\nSent: Monday\n",
    "proton": "------- Forwarded Message -------\nFrom: Grace Hopper <grace@customer.test>\nDate: On Monday\nSubject: Grinder\n",
    "bold": "*From:* Grace Hopper <grace@customer.test>\n*Sent:* Monday\n*To:* Ada\n*Subject:* Grinder\n",
}


def forwarded(headers: str, body: str) -> str | None:
    raw = f"From: Ada <ada@shop.test>\n{headers}\n\n{body}"
    found = mime.parse(raw.encode()).forwarded
    return str(found) if found is not None else None


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("subject", ["Fwd: Grinder", "WG: Grinder"])
def test_the_forms_of_mail_programs(form: str, subject: str) -> None:
    said = forwarded(f"Subject: {subject}", f"Please take this.\n\n{FORMS[form]}\nIt grinds.\n")
    assert said == "Grace Hopper <grace@customer.test>"


@pytest.mark.parametrize("subject", ["Fwd: Grinder", "Please look"])
def test_an_attached_mail_counts_first(subject: str) -> None:
    other = "From: Eve <eve@else.test>\nSent: Monday\nTo: Ada\nSubject: x\n"
    raw = f"From: a@shop.test\nSubject: {subject}\n{ATTACHED.format(text=other)}"
    assert str(mime.parse(raw.encode()).forwarded) == "Grace Hopper <grace@customer.test>"


def test_what_is_no_forward() -> None:
    assert forwarded("Subject: Re: Grinder", FORMS["outlook"]) is None
    assert forwarded("Subject: Fwd: Grinder", "From: here to there is far.\n") is None
    assert forwarded("Subject: Fwd: Grinder", "Email from grace@customer.test\n") is None
    answer = f"From: a@shop.test\nSubject: Re: x\nIn-Reply-To: <a@b>\n{ATTACHED.format(text='')}"
    assert mime.parse(answer.encode()).forwarded is None
    two = ATTACHED.replace(
        "--b--\n", "--b\nContent-Type: message/rfc822\n\nFrom: o@x.test\n\nhi\n--b--\n"
    )
    assert mime.parse(f"From: a@shop.test\nSubject: Fwd: x\n{two}".encode()).forwarded is None
