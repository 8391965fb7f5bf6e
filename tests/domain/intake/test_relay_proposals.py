"""Which senders `mailbox test` proposes as relays."""

from dataclasses import replace

from supportcli.domain.intake.relay_proposals import RelayProposal, propose
from supportcli.domain.mail import Address, Mail
from tests.domain.intake.test_rules import ADA, HELP, KNOWN, MAIL


def posted(by: str, reply_to: str = "", automatic: str | None = None) -> Mail:
    answers = (Address("", reply_to),) if reply_to else ()
    return replace(MAIL, sender=Address("", by), reply_to=answers, automatic=automatic)


def proposed(*mails: Mail) -> list[tuple[str, int]]:
    return [(one.address, one.count) for one in propose(mails, KNOWN)]


def test_a_form_service_that_posts_for_several_people_is_proposed_with_an_example() -> None:
    mails = [posted("forms@service.test", f"c{number}@x.test") for number in range(4)]
    assert propose(mails, KNOWN) == [
        RelayProposal("forms@service.test", 4, "Grinder", Address("", "c3@x.test"))
    ]


def test_a_person_with_a_second_address_is_no_relay() -> None:
    assert proposed(*[posted("grace@customer.test", "grace@home.test")] * 9) == []


def test_a_list_is_no_relay() -> None:
    of_list = (posted("l@lists.test", f"c{n}@x.test", "List-Id: <l.lists.test>") for n in range(5))
    assert proposed(*of_list) == []


def test_a_group_that_puts_itself_into_from_is_proposed() -> None:
    mails = [
        replace(
            posted("grp@g.test", automatic="List-Id: <grp.g.test>"),
            original_from=(Address("", f"p{number}@people.test"),),
        )
        for number in range(3)
    ]
    assert proposed(*mails) == [("grp@g.test", 3)]


def test_a_program_of_ours_that_names_nobody_in_its_headers_is_proposed() -> None:
    assert proposed(posted("noreply@shop.test"), posted(HELP), posted("boss@shop.test")) == [
        (HELP, 1),
        ("noreply@shop.test", 1),
    ]


def test_what_is_known_already_is_not_proposed() -> None:
    """From at our own domain with somebody else's Reply-To is a relay without being named one."""
    assert proposed(posted("noreply@shop.test", "grace@customer.test"), posted(ADA)) == []
    known = replace(KNOWN, relays=frozenset({"noreply@shop.test"}))
    assert propose([posted("noreply@shop.test")], known) == []
