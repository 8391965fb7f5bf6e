"""A mail that a relay posted (a contact form, a group, a redirect) is its person's, for every
rule."""

from dataclasses import replace

import pytest

from supportcli.domain.authors import author_of
from supportcli.domain.intake.decisions import FollowUp, Hold, Known, OpenTicket
from supportcli.domain.intake.joining import Named
from supportcli.domain.intake.rules import decide
from supportcli.domain.mail import NULL_SENDER, Address, Mail, MailKind
from supportcli.domain.sender_authentication import AuthenticationVerdict
from tests.domain.intake.test_rules import ADA, EVE, GRACE, HELP, KNOWN, MAIL, NOW, TICKET

FORM = "forms@formservice.test"
RELAYS = replace(KNOWN, relays=frozenset({FORM, HELP, "noreply@shop.test"}))


def posted(text: str = "", *, by: str = FORM, reply_to: tuple[Address, ...] = ()) -> Mail:
    return replace(MAIL, sender=Address("Contact form", by), reply_to=reply_to, text=text)


@pytest.mark.parametrize("by", [FORM, HELP, "noreply@shop.test"])
def test_the_customer_of_a_relay_is_in_reply_to_or_in_the_original_from_or_in_the_text(
    by: str,
) -> None:
    answers = posted("Email: x@text.test", by=by, reply_to=(Address("Eve", EVE),))
    assert author_of(answers, RELAYS) == Address("Eve", EVE)
    original = replace(posted("Email: x@text.test", by=by), original_from=(Address("", GRACE),))
    assert author_of(original, RELAYS) == Address("", GRACE)
    assert author_of(posted("Email: x@text.test", by=by), RELAYS) == Address("", "x@text.test")


@pytest.mark.parametrize(
    "text",
    [
        "Name: Grace Hopper\nEmail: g@x.test\nMessage: hello",
        "Name:\nGrace Hopper\n\nE-Mail:\n\ng@x.test\n",
        "Ihr Name: Grace Hopper\nIhre E-Mail-Adresse: g@x.test",
        "Von: Grace Hopper <g@x.test>\nBetreff: Mühle",
        "*Name:* Grace Hopper\n*E-Mail:* g@x.test",
        "Nom : Grace Hopper\nAdresse e-mail : g@x.test",
        "Nombre: Grace Hopper\nCorreo electrónico: g@x.test",
        "Nome: Grace Hopper\nPosta elettronica: g@x.test",
        "Naam: Grace Hopper\nE-mailadres: g@x.test",
        "Imię i nazwisko: Grace Hopper\nAdres e-mail: g@x.test",
        "Namn: Grace Hopper\nE-postadress: g@x.test",
        "Имя: Grace Hopper\nЭлектронная почта: g@x.test",
        "お名前：Grace Hopper\nメールアドレス：g@x.test",
        "Name | Grace Hopper\nEmail (required) | g@x.test",
        "Name  Grace Hopper\nE-Mail  g@x.test",
        "Name: Grace Hopper\nEmail g@x.test",
        "Name: Grace Hopper\nEmail: <mailto:g@x.test>",
        "From: Grace Hopper <g@x.test>\nEmail:\n",
    ],
)
def test_the_fields_of_forms_are_known_in_many_languages(text: str) -> None:
    found = author_of(posted(text), RELAYS)
    assert found is not None
    assert (found.name, found.address) == ("Grace Hopper", "g@x.test")


@pytest.mark.parametrize(
    "text",
    [
        "please mail anna@x.test about it",
        f"Email: {HELP}",
        "Email: noreply@formservice.test",
        f"Email: {FORM}",
        "Mailbox: full@x.test",
        "Email: none given",
        "",
    ],
)
def test_where_no_person_can_be_found_the_mail_is_held(text: str) -> None:
    rule, decision = decide(posted(text), RELAYS, NOW)
    assert rule == "relay"
    assert isinstance(decision, Hold)
    assert FORM in decision.reason


def test_a_field_in_a_mail_of_somebody_who_is_no_relay_proves_nothing() -> None:
    mail = replace(MAIL, text="Email: victim@x.test", sender=Address("", EVE))
    assert author_of(mail, RELAYS) == Address("", EVE)
    ours = replace(MAIL, text="Email: victim@x.test", sender=Address("", "shop@shop.test"))
    assert author_of(ours, RELAYS) == Address("", "shop@shop.test")


def test_a_reply_to_that_nobody_reads_is_nobody() -> None:
    mail = posted("Email: g@x.test", reply_to=(Address("", "no-reply@formservice.test"),))
    found = author_of(mail, RELAYS)
    assert found is not None
    assert found.address == "g@x.test"


@pytest.mark.parametrize("named", [Named.STORED, Named.NUMBER])
def test_every_rule_looks_at_the_person_behind_the_relay(named: Named) -> None:
    around = replace(
        RELAYS,
        candidates=(replace(TICKET, named=named, people=TICKET.people | {FORM}),),
        verdict=AuthenticationVerdict.PASS,
    )
    rule, decision = decide(posted(f"Email: {EVE}"), around, NOW)
    assert (rule, isinstance(decision, OpenTicket)) == ("follow-up", True)
    rule, decision = decide(posted(f"Email: {GRACE}"), around, NOW)
    assert isinstance(decision, FollowUp)
    assert decision.author is not None
    assert decision.author.address == GRACE
    assert decision.unverified or named is Named.STORED
    assert decision.remark == f"posted by Contact form <{FORM}>"


def test_what_our_own_server_says_about_a_relay_proves_nothing_about_the_person() -> None:
    around: Known = replace(
        RELAYS,
        candidates=(replace(TICKET, named=Named.NUMBER),),
        verdict=AuthenticationVerdict.PASS,
    )
    colleague = posted("Email: boss@shop.test")
    rule, _ = decide(colleague, around, NOW)
    assert rule == "follow-up"


@pytest.mark.parametrize("by", [ADA, "boss@shop.test"])
def test_what_one_of_us_forwards_is_the_original_senders(by: str) -> None:
    mail = replace(MAIL, sender=Address("Ada", by), forwarded=Address("Eve", EVE))
    rule, decision = decide(mail, KNOWN, NOW)
    assert (rule, isinstance(decision, OpenTicket)) == ("new ticket", True)
    assert isinstance(decision, OpenTicket)
    assert decision.customer == Address("Eve", EVE)
    assert decision.remark == f"forwarded by Ada <{by}>"


def test_what_somebody_outside_forwards_is_theirs_and_so_is_a_forwarded_mail_of_ours() -> None:
    outside = replace(MAIL, forwarded=Address("Eve", EVE))
    assert author_of(outside, KNOWN) == MAIL.sender
    ours = replace(MAIL, sender=Address("Ada", ADA), forwarded=Address("", HELP))
    assert author_of(ours, KNOWN) == Address("Ada", ADA)


def test_a_forged_colleague_who_forwards_is_marked() -> None:
    mail = replace(MAIL, sender=Address("Ada", ADA), forwarded=Address("Grace", GRACE))
    around = replace(KNOWN, candidates=(TICKET,), verdict=AuthenticationVerdict.FAIL)
    for named in Named:
        candidate = replace(TICKET, named=named)
        _, decision = decide(mail, replace(around, candidates=(candidate,)), NOW)
        assert isinstance(decision, FollowUp | OpenTicket)
        assert decision.unverified


@pytest.mark.parametrize("by", [FORM, "www@shop.test"])
def test_a_form_without_an_envelope_sender_is_still_a_persons(by: str) -> None:
    mail = replace(
        posted(by=by, reply_to=(Address("Eve", EVE),)),
        kind=MailKind.AUTO_REPLY,
        automatic=NULL_SENDER,
    )
    _, decision = decide(mail, RELAYS, NOW)
    assert isinstance(decision, OpenTicket)
    assert decision.clock
    _, direct = decide(replace(mail, sender=Address("Eve", EVE)), RELAYS, NOW)
    assert isinstance(direct, OpenTicket)
    assert not direct.clock


def test_somebody_outside_comes_before_us_and_a_person_before_a_list() -> None:
    ours = posted(f"Email: {GRACE}", reply_to=(Address("", "info@shop.test"),))
    group = replace(
        posted(reply_to=(Address("", "team@formservice.test"),)), original_from=(Address("", EVE),)
    )
    assert [author_of(one, RELAYS) for one in (ours, group)] == [
        Address("", GRACE),
        Address("", EVE),
    ]
