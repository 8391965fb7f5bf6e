"""A new participant is new until an agent answers them: what they brought proves nothing, and they
are asked about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import text

from supportcli.desk import Desk, undo
from supportcli.desk.imports import archives
from supportcli.desk.mail import intake
from supportcli.desk.replies import outbox, writing
from supportcli.desk.setup import founding
from supportcli.desk.tickets import reading, ticket_json, verbs
from supportcli.domain.intake.ledger import DecidedMail
from supportcli.domain.replies.delivery import Recipient, RecipientState
from supportcli.domain.tickets.ticket import Delivery, Message, Ticket
from supportcli.errors.replies import NobodyToAnswer, RecipientsUnsure
from supportcli.storage.replies import outbox as stored
from tests.desk.desks import StandingClock, desk_at, left
from tests.desk.letters import EVE, GRACE, HELP

SALES, CARL, ZED, HOME = "sales@shop.test", "carl@customer.test", "zed@evil.test", "grace@home.test"
OURS = "mx.shop.test"
PASS, FAIL = (f"{OURS}; dmarc={result} header.from=customer.test" for result in ("pass", "fail"))

NOTHING: Mapping[str, str] = {}


@dataclass
class Scene:
    """A ticket of Grace's, whose first mail is `one`, and our answer to it, whose id is
    `signed`."""

    desk: Desk
    ticket: int
    one: str
    signed: str
    names: Iterator[int]

    def take(
        self,
        sender: str,
        *,
        by: str = "",
        number: int = 0,
        box: str = HELP,
        led: Mapping[str, str] = NOTHING,
        **more: str,
    ) -> tuple[DecidedMail, str]:
        """A mail, and its Message-ID. `by` are the ids that it names, nearest first; `number`
        stands in its subject."""
        own = f"<{next(self.names)}@x.test>"
        subject = f"Re: Grinder [#{number}]" if number else "Re: Grinder"
        named = {"In-Reply-To": by.partition(" ")[0], "References": by}
        usual = {
            "From": sender,
            "To": box,
            "Subject": subject,
            "Date": "Mon, 2 Mar 2026 08:30:00 +0000",
            "Message-ID": own,
            **named,
        }
        more |= led
        fields = usual | {
            name.replace("_", "-"): value for name, value in more.items() if name != "body"
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
        return intake.ingest(
            self.desk, box, f"{head}\r\n{more.get('body', f'Words of {own}')}\r\n".encode()
        ), fields["Message-ID"]

    def whole(self, number: int = 0) -> Ticket:
        return reading.ticket(self.desk, number or self.ticket)

    def last(self, number: int = 0) -> Message:
        return self.whole(number).messages[-1]

    def asked(self, number: int = 0, *, only_sender: bool = False) -> str:
        """What is asked before the next reply leaves; "" where nothing is."""
        try:
            writing.make_sure(
                [writing.thread_of(self.desk, number or self.ticket, only_sender=only_sender)],
                writing.never,
                kept=False,
            )
        except (RecipientsUnsure, NobodyToAnswer) as error:
            return str(error)
        return ""

    def goes_to(self, number: int = 0, *, only_sender: bool = False) -> set[str]:
        thread = writing.thread_of(self.desk, number or self.ticket, only_sender=only_sender)
        return {one.address for one in thread.addressing.recipients.everybody}

    def answer(self, number: int = 0, *, waits: bool = False, only_sender: bool = False) -> int:
        """Answer, and let it leave unless it `waits`."""
        number = number or self.ticket
        done = writing.reply(
            self.desk, number, "Answer.", agree=lambda _: True, only_sender=only_sender
        )
        if not waits:
            left(self.desk)
        return done.replies[0].id


@dataclass(frozen=True)
class Begun:
    """The file of a desk where a scene has begun, and what belongs to the scene."""

    file: bytes
    ticket: int
    one: str
    signed: str


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Begun:
    """A scene that has begun, made once: each test goes on in a copy."""
    file = tmp_path_factory.mktemp("newcomers") / "desk.db"
    with desk_at(f"sqlite:///{file}", StandingClock()) as empty:
        with empty.db.write() as tx:
            tx.connection().execute(text("UPDATE agent SET role = 'admin'"))
        box = founding.mailbox(empty, HELP)
        founding.add_mailbox(
            empty, founding.MailboxDetails(SALES, box.imap, box.smtp, "sales", "all")
        )
        with empty.db.write() as tx:
            tx.connection().execute(text("UPDATE mailbox SET authserv_id = :name"), {"name": OURS})
        scene = begun(empty, count(1))
    return Begun(file.read_bytes(), scene.ticket, scene.one, scene.signed)


@pytest.fixture
def desk(started: Begun, tmp_path: Path) -> Iterator[Desk]:
    with desk_at(f"sqlite:///{tmp_path / 'desk.db'}", StandingClock(), started.file) as desk:
        yield desk


@pytest.fixture
def names() -> Iterator[int]:
    return count(100)


@pytest.fixture
def scene(started: Begun, desk: Desk, names: Iterator[int]) -> Scene:
    return Scene(desk, started.ticket, started.one, started.signed, names)


def begun(desk: Desk, names: Iterator[int]) -> Scene:
    """Grace has written, and got an answer."""
    scene = Scene(desk, 0, "", "", names)
    found, scene.one = scene.take(GRACE, Subject="Grinder")
    assert found.ticket is not None
    scene.ticket = found.ticket
    scene.answer()
    scene.signed = scene.last().message_id or ""
    return scene


def closed(scene: Scene, how: str) -> None:
    if how == "deleted":
        verbs.delete(scene.desk, [scene.ticket])
    else:
        with scene.desk.db.write() as tx:
            tx.connection().execute(
                text("UPDATE ticket SET status = 'closed' WHERE number = :n"), {"n": scene.ticket}
            )


LED = {
    "cc": {"Cc": EVE},
    "to": {"To": f"{HELP}, {EVE}"},
    "reply-to": {"Reply_To": EVE},
    "all": {"Cc": EVE, "Reply_To": EVE},
    "none": {},
}


@pytest.mark.parametrize("led", LED.values(), ids=LED)
@pytest.mark.parametrize("sender", [GRACE, EVE, "ada@shop.test", ZED])
def test_the_id_of_a_newcomer_vouches_for_nobody_until_they_are_answered(
    scene: Scene, led: dict[str, str], sender: str
) -> None:
    _, own = scene.take(EVE, by=scene.signed, Cc=ZED)
    assert (scene.last().newcomer, scene.last().unverified) == (True, False)
    found, _ = scene.take(sender, by=own, led=led)
    assert found.ticket == scene.ticket
    assert scene.last().unverified
    assert "unverified" in (found.reason or "")
    assert not scene.goes_to() & {EVE, ZED} or scene.asked()
    assert scene.last().newcomer == (sender in {EVE, ZED})


def test_a_better_id_beside_that_of_a_newcomer_counts(scene: Scene) -> None:
    _, own = scene.take(EVE, by=scene.signed)
    for ids in (f"{own} {scene.one}", f"{own} {scene.signed}", f"{scene.one} {own}"):
        assert scene.take(GRACE, by=ids)[0].ticket == scene.ticket
        assert not scene.last().unverified


def test_who_was_answered_is_new_no_longer(scene: Scene) -> None:
    _, own = scene.take(HOME, by=scene.signed)
    assert HOME in scene.asked()
    scene.answer()
    for sender in (GRACE, HOME):
        assert scene.take(sender, by=own)[0].ticket == scene.ticket
        assert (scene.last().unverified, scene.last().newcomer) == (False, False)
        assert not scene.asked()


def test_whom_the_customer_brings_is_no_newcomer(scene: Scene) -> None:
    _, own = scene.take(GRACE, by=scene.one, Cc=CARL)
    assert scene.take(CARL, by=own)[0].ticket == scene.ticket
    assert (scene.last().unverified, scene.last().newcomer, scene.asked()) == (False, False, "")


def test_a_newcomer_whom_the_customer_names_is_new_no_longer(scene: Scene) -> None:
    scene.take(HOME, by=scene.signed)
    assert scene.last().newcomer
    scene.take(GRACE, by=scene.one, Cc=HOME)
    scene.take(HOME, by=scene.signed)
    assert (scene.last().newcomer, scene.asked()) == (False, "")


def test_whom_only_a_reply_to_names_is_new(scene: Scene) -> None:
    scene.take(GRACE, by=scene.signed, Reply_To=EVE)
    assert EVE in scene.asked()
    scene.take(EVE, by=scene.one)
    assert scene.last().newcomer
    assert EVE in scene.asked()


@pytest.mark.parametrize("how", ["cancelled", "undone"])
def test_a_reply_that_never_left_has_answered_nobody(scene: Scene, how: str) -> None:
    _, own = scene.take(EVE, by=scene.signed)
    reply = scene.answer(waits=True)
    if how == "cancelled":
        outbox.cancel(scene.desk, reply)
    else:
        undo.undo(scene.desk, scene.ticket)
    assert EVE in scene.asked()
    scene.take(GRACE, by=own, Cc=EVE)
    assert scene.last().unverified
    scene.take(EVE, by=scene.signed)
    assert scene.last().newcomer
    assert EVE in scene.asked()


@pytest.mark.parametrize("way", ["signed", "one", "own", "number"])
def test_an_answer_to_a_newcomer_leaves_their_cc_new(scene: Scene, way: str) -> None:
    _, own = scene.take(EVE, by=scene.signed, Cc=ZED)
    scene.answer(only_sender=True)
    scene.take(GRACE, by=scene.signed)
    ids = {"signed": scene.signed, "one": scene.one, "own": own}.get(way, "")
    scene.take(ZED, by=ids, number=0 if ids else scene.ticket)
    assert scene.last().newcomer
    for only_sender in (False, True):
        assert ZED in scene.asked(only_sender=only_sender)
    scene.answer()
    scene.take(ZED, by=scene.signed)
    assert (scene.last().newcomer, scene.asked()) == (False, "")


NEVER_LEFT = ["queued", "undone", "cancelled", "failed", "deferred", "uncertain", "bounced"]


@pytest.mark.parametrize("how", NEVER_LEFT)
def test_what_comes_before_a_reply_has_left_is_judged_without_it(scene: Scene, how: str) -> None:
    scene.take(EVE, by=scene.signed)
    reply = scene.answer(waits=True)
    _, second = scene.take(EVE, by=scene.signed, Cc=ZED)
    assert scene.last().newcomer
    end(scene, reply, how)
    _, third = scene.take(EVE, by=second)
    assert (scene.last().newcomer, scene.last().unverified) == (True, True)
    scene.take(GRACE, by=third, Cc=EVE)
    assert scene.last().unverified
    assert not scene.goes_to() & {EVE, ZED}
    scene.take(EVE, by=scene.signed)
    assert EVE in scene.asked()


def end(scene: Scene, reply: int, how: str) -> None:
    """Let a reply that waits come to an end that reaches nobody."""
    if how == "undone":
        undo.undo(scene.desk, scene.ticket)
    elif how == "cancelled":
        outbox.cancel(scene.desk, reply)
    elif how != "queued":
        state = RecipientState.WAITING if how == "deferred" else RecipientState(how)
        with scene.desk.db.write() as tx:
            one = stored.find(tx, reply)
            assert one is not None
            stored.set_recipients(
                tx, reply, [Recipient(to.address, state) for to in one.recipients]
            )
            stored.change(tx, reply, Delivery(how), scene.desk.now())


def test_a_reply_answers_those_for_whom_it_has_left(scene: Scene) -> None:
    scene.take(EVE, by=scene.signed, Cc=ZED)
    reply = scene.answer()
    with scene.desk.db.write() as tx:
        failed = [Recipient(EVE, RecipientState.FAILED), Recipient(ZED, RecipientState.SENT)]
        stored.set_recipients(tx, reply, failed)
        stored.change(tx, reply, Delivery.FAILED, scene.desk.now())
    scene.take(EVE, by=scene.signed)
    assert (scene.last().newcomer, EVE in scene.asked()) == (True, True)
    scene.take(ZED, by=scene.signed)
    assert (scene.last().newcomer, scene.asked()) == (False, "")


FOLLOWED = {
    "signed id, new reply-to": (GRACE, "signed", {"Reply_To": EVE}),
    "signed id, new reply-to that is in cc": (GRACE, "signed", {"Reply_To": EVE, "Cc": EVE}),
    "stored id, new reply-to": (GRACE, "one", {"Reply_To": EVE}),
    "stored id, new reply-to that is in to": (
        GRACE,
        "one",
        {"Reply_To": EVE, "To": f"{HELP}, {EVE}"},
    ),
    "number, new reply-to": (GRACE, "number", {"Reply_To": EVE}),
    "number, cc": (GRACE, "number", {"Cc": EVE}),
    "number, to": (GRACE, "number", {"To": f"{HELP}, {EVE}"}),
    "number, reply-to and cc": (GRACE, "number", {"Cc": EVE, "Reply_To": EVE}),
    "signed id, newcomer": (EVE, "signed", {}),
    "signed id, newcomer with cc": (EVE, "signed", {"Cc": ZED}),
    "number, forged": (GRACE, "number", {"Cc": EVE, "Authentication_Results": FAIL}),
}


@pytest.mark.parametrize("how", ["deleted", "closed"])
@pytest.mark.parametrize(("sender", "way", "led"), FOLLOWED.values(), ids=FOLLOWED)
def test_a_follow_up_asks_what_its_ticket_would_have_asked(
    scene: Scene, how: str, sender: str, way: str, led: dict[str, str]
) -> None:
    closed(scene, how)
    ids = {"signed": scene.signed, "one": scene.one}.get(way, "")
    number = scene.take(sender, by=ids, number=0 if ids else scene.ticket, led=led)[0].ticket or 0
    assert number != scene.ticket
    assert not scene.goes_to(number) & {EVE, ZED} or scene.asked(number)
    assert scene.last(number).newcomer == (sender == EVE)
    assert "new participant" in (scene.last(number).remark or "") or sender != EVE


@pytest.mark.parametrize("how", ["deleted", "closed"])
def test_a_follow_up_of_somebody_known_asks_nothing(scene: Scene, how: str) -> None:
    _, second = scene.take(GRACE, by=scene.signed, Cc=CARL, Reply_To=HOME)
    scene.answer()
    closed(scene, how)
    found, own = scene.take(GRACE, by=second, Reply_To=HOME, Cc=CARL)
    number = found.ticket or 0
    assert (scene.asked(number), scene.goes_to(number)) == ("", {HOME, CARL})
    assert not scene.last(number).unverified
    for ids in (scene.signed, scene.one, second, own):
        assert scene.take(GRACE, by=ids)[0].ticket == number
        assert not scene.last(number).unverified, ids
    found, _ = scene.take(CARL, by=scene.signed)
    assert (found.ticket, scene.last(number).unverified) == (number, False)
    verbs.delete(scene.desk, [number])
    third = scene.take(GRACE, by=own)[0].ticket or 0
    assert scene.take(GRACE, by=own)[0].ticket == third
    assert not scene.last(third).unverified


@pytest.mark.parametrize("led", LED.values(), ids=LED)
def test_a_stored_id_in_another_mailbox_links_and_asks(scene: Scene, led: dict[str, str]) -> None:
    if led.get("To"):
        led = {"To": f"{SALES}, {EVE}"}
    found, own = scene.take(GRACE, by=scene.one, box=SALES, led=led)
    number = found.ticket or 0
    assert number != scene.ticket
    assert [(one.number, one.kind) for one in scene.whole(number).links] == [
        (scene.ticket, "follow-up")
    ]
    assert "Reply_To" not in led or EVE in scene.asked(number)
    assert scene.take(GRACE, by=f"{own} {scene.one}", box=SALES)[0].ticket == number
    assert not scene.last(number).unverified
    assert scene.asked(number) == ""


@pytest.mark.parametrize("sender", [GRACE, "ada@shop.test", f"{GRACE}, {CARL}"])
@pytest.mark.parametrize("led", LED.values(), ids=LED)
def test_a_new_ticket_that_our_server_calls_forged_is_marked(
    scene: Scene, sender: str, led: dict[str, str]
) -> None:
    ours = f"{OURS}; dmarc=fail header.from={sender.partition('@')[2]}"
    for senders in (sender, f"{sender}, {ZED}"):
        found, _ = scene.take(senders, Authentication_Results=ours, led={"Reply_To": GRACE, **led})
        assert "forged" in (found.reason or "")
        assert scene.last(found.ticket or 0).unverified
        assert not scene.goes_to(found.ticket or 0) & {EVE, ZED} or scene.asked(found.ticket or 0)


SAME = {"Date": "Mon, 2 Mar 2026 08:31:00 +0000", "body": "The same words.", "Cc": CARL}
LIST = {"List_Post": "<mailto:users@lists.test>", "List_Id": "<users.lists.test>"}
VIA = "Grace via Users <users@lists.test>"
TWINS: dict[str, tuple[str, dict[str, str], str, dict[str, str]]] = {
    "other reply-to": (GRACE, {"Reply_To": EVE}, GRACE, {}),
    "other reply-to that is in to": (
        GRACE,
        {"Reply_To": EVE, "To": f"{HELP}, {EVE}"},
        GRACE,
        {"To": f"{HELP}, {EVE}"},
    ),
    "one more in reply-to": (GRACE, {"Reply_To": f"{GRACE}, {EVE}"}, GRACE, {"Reply_To": GRACE}),
    "reply-to of the honest one": (GRACE, {}, GRACE, {"Reply_To": HOME}),
    "from of a list": (
        f"Grace via L <{EVE}>",
        {"Reply_To": GRACE, "List_Id": "<l.evil.test>"},
        GRACE,
        {},
    ),
    "from of a list, no reply-to": (
        f"Grace via L <{EVE}>",
        {"List_Post": f"<mailto:{EVE}>"},
        GRACE,
        {},
    ),
    "forged, passed": (
        GRACE,
        {"Authentication_Results": FAIL},
        GRACE,
        {"Authentication_Results": PASS},
    ),
    "forged, nothing": (GRACE, {"Authentication_Results": FAIL}, GRACE, {}),
    "nothing, passed": (GRACE, {}, GRACE, {"Authentication_Results": PASS}),
    "number, signed id": (
        GRACE,
        {"Subject": "[#N]"},
        GRACE,
        {"Subject": "[#N]", "In_Reply_To": "SIGNED"},
    ),
    "number, stored id": (
        GRACE,
        {"Subject": "[#N]"},
        GRACE,
        {"Subject": "[#N]", "References": "ONE"},
    ),
    "number, reply-to and signed id": (
        GRACE,
        {"Subject": "[#N]", "Reply_To": EVE},
        GRACE,
        {"Subject": "[#N]", "In_Reply_To": "SIGNED"},
    ),
    "number, passed": (
        GRACE,
        {"Subject": "[#N]"},
        GRACE,
        {"Subject": "[#N]", "Authentication_Results": PASS},
    ),
    "number, somebody in cc": (GRACE, {"Subject": "[#N]", "Cc": ""}, GRACE, {"Subject": "[#N]"}),
    "list first": (GRACE, {**LIST, "Reply_To": "users@lists.test"}, GRACE, {}),
    "from list first": (VIA, {**LIST, "Reply_To": GRACE}, GRACE, {}),
}
COPIES: dict[str, tuple[str, dict[str, str], str, dict[str, str]]] = {
    "the same": (GRACE, {}, GRACE, {}),
    "the same, by number": (GRACE, {"Subject": "[#N]"}, GRACE, {"Subject": "[#N]"}),
    "own reply-to": (GRACE, {}, GRACE, {"Reply_To": f"Grace <{GRACE.upper()}>"}),
    "reply-to of ours": (GRACE, {"Reply_To": HELP}, GRACE, {}),
    "list behind": (GRACE, {}, GRACE, {**LIST, "Reply_To": "users@lists.test"}),
    "from list behind": (GRACE, {}, VIA, {**LIST, "Reply_To": GRACE}),
    "from list behind, answers itself": (
        f"Grace <{GRACE}>",
        {},
        VIA,
        {**LIST, "Reply_To": "users@lists.test"},
    ),
    "proof that goes": (GRACE, {"Authentication_Results": PASS}, GRACE, {}),
    "ids that go": (GRACE, {"References": "SIGNED"}, GRACE, {}),
    "both passed": (
        GRACE,
        {"Authentication_Results": PASS},
        GRACE,
        {"Authentication_Results": PASS},
    ),
}


def doubled(
    scene: Scene, case: tuple[str, dict[str, str], str, dict[str, str]], box: str
) -> list[DecidedMail]:
    own = f"<{next(scene.names)}@double.test>"
    names = {"[#N]": f"[#{scene.ticket}]", "SIGNED": scene.signed, "ONE": scene.one}

    def take(sender: str, fields: dict[str, str], box: str) -> DecidedMail:
        filled = {name: names.get(value, value) for name, value in fields.items()}
        return scene.take(sender, box=box, led={"To": HELP, "Message_ID": own, **SAME, **filled})[0]

    return [take(case[0], case[1], HELP), take(case[2], {"Received": "by mx.test", **case[3]}, box)]


@pytest.mark.parametrize("case", TWINS.values(), ids=TWINS)
def test_a_letter_in_a_form_that_says_more_is_no_copy(
    scene: Scene, case: tuple[str, dict[str, str], str, dict[str, str]]
) -> None:
    first, second = doubled(scene, case, HELP)
    assert (first.state, second.state) == ("accepted", "accepted")
    number = second.ticket or 0
    assert scene.last(number).sender.address == GRACE
    if "In_Reply_To" in case[3] or "References" in case[3]:
        assert (number, scene.last(number).unverified) == (scene.ticket, False)
    if "passed" in case[3].get("Authentication_Results", ""):
        assert not scene.last(number).unverified
    assert EVE not in scene.goes_to(number) or EVE in case[3].get("To", "") or scene.asked(number)
    assert {one.address for one in scene.last(number).reply_to} <= {GRACE} or scene.asked(number)


STRAYED: dict[str, dict[str, str]] = {
    "cc": {"Cc": EVE},
    "to": {"To": f"{HELP}, {EVE}"},
    "reply-to": {"Reply_To": EVE},
    "cc of a list": {"Cc": EVE, "List_Post": f"<mailto:{EVE}>", "List_Id": "<l.evil.test>"},
    "all": {"Cc": EVE, "To": f"{HELP}, {EVE}", "Reply_To": EVE},
}


@pytest.mark.parametrize("proof", ["", PASS])
@pytest.mark.parametrize("led", STRAYED.values(), ids=STRAYED)
def test_whom_only_a_forged_twin_names_is_known_no_longer(
    scene: Scene, led: dict[str, str], proof: str
) -> None:
    usual = {
        "To": HELP,
        "Date": SAME["Date"],
        "body": SAME["body"],
        "Message_ID": f"<{next(scene.names)}@double.test>",
    }
    first, own = scene.take(GRACE, led=usual | led)
    number = first.ticket or 0
    second, _ = scene.take(
        GRACE, led=usual | {"Received": "by mx.test", "Authentication_Results": proof}
    )
    assert (second.state, second.ticket) == ("accepted", number)
    twin, honest = scene.whole(number).messages
    assert (twin.unverified, honest.unverified) == (bool(proof), False)
    assert (scene.goes_to(number), scene.asked(number)) == ({GRACE}, "")
    scene.take(EVE, by=own)
    assert (
        EVE not in {one.sender.address for one in scene.whole(number).messages}
        or scene.last(number).newcomer
    )
    for only_sender in (False, True):
        assert EVE not in scene.goes_to(number, only_sender=only_sender) or scene.asked(
            number, only_sender=only_sender
        )
    assert scene.take(GRACE, by=own, Cc=CARL)[0].ticket == number
    assert (scene.last(number).unverified, scene.asked(number)) == (False, "")


@pytest.mark.parametrize("proofs", [("", ""), (PASS, ""), ("", PASS)])
def test_a_forged_twin_of_an_honest_mail_makes_nobody_known(
    scene: Scene, proofs: tuple[str, str]
) -> None:
    usual = {
        "To": HELP,
        "Date": SAME["Date"],
        "body": SAME["body"],
        "Message_ID": f"<{next(scene.names)}@double.test>",
    }
    first, own = scene.take(GRACE, led=usual | {"Authentication_Results": proofs[0]})
    forged = {"Cc": EVE, "Received": "by mx.test", "Authentication_Results": proofs[1]}
    second, _ = scene.take(GRACE, led=usual | forged)
    number = first.ticket or 0
    assert (second.ticket, scene.whole(number).messages[0].unverified) == (number, False)
    assert scene.last(number).unverified == (not proofs[1])
    scene.take(EVE, by=own)
    assert (scene.last(number).sender.address == EVE) == bool(proofs[1])


@pytest.mark.parametrize("box", [HELP, SALES])
@pytest.mark.parametrize("case", COPIES.values(), ids=COPIES)
def test_a_letter_in_a_form_that_says_no_more_is_a_copy(
    scene: Scene, case: tuple[str, dict[str, str], str, dict[str, str]], box: str
) -> None:
    first, second = doubled(scene, case, box)
    assert (first.state, second.state, first.ticket) == ("accepted", "duplicate", second.ticket)


def test_a_double_without_proof_joins_and_is_marked(scene: Scene) -> None:
    first, second = doubled(scene, (GRACE, {}, GRACE, {"Reply_To": EVE}), SALES)
    assert first.ticket == second.ticket
    assert scene.last(first.ticket or 0).unverified
    assert EVE in scene.asked(first.ticket or 0)


@pytest.mark.parametrize("how", ["deleted", "closed"])
def test_a_newcomer_stays_new_through_every_follow_up(scene: Scene, how: str) -> None:
    _, own = scene.take(EVE, by=scene.signed, Cc=ZED)
    number = scene.ticket
    for _ in range(3):
        closed(Scene(scene.desk, number, "", "", scene.names), how)
        found, own = scene.take(EVE, by=own)
        assert (found.ticket or 0) > number
        number = found.ticket or 0
        assert scene.last(number).newcomer
        for only_sender in (False, True):
            assert EVE in scene.asked(number, only_sender=only_sender)
    scene.answer(number)
    scene.take(EVE, by=scene.last(number).message_id or "")
    assert (scene.last(number).newcomer, scene.asked(number)) == (False, "")


@pytest.mark.parametrize("spam", [False, True])
@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize("writer", [GRACE, CARL])
def test_an_answer_goes_where_its_author_is_known_whoever_took_the_id(
    scene: Scene, writer: str, *, first: bool, spam: bool
) -> None:
    own = f"<{next(scene.names)}@customer.test>"

    def rival() -> int:
        found, _ = scene.take(
            EVE, Message_ID=own, Cc=f"{GRACE}, {CARL}", Subject="Pills", body="Buy pills."
        )
        if spam:
            verbs.spam(scene.desk, [found.ticket or 0])
        return found.ticket or 0

    taken = rival() if first else 0
    assert scene.take(GRACE, by=scene.one, Message_ID=own, Cc=CARL)[0].ticket == scene.ticket
    taken = taken or rival()
    found, _ = scene.take(writer, by=own)
    assert (found.ticket, scene.last().unverified) == (scene.ticket, False)
    assert taken != scene.ticket


@pytest.mark.parametrize("behind", [False, True])
@pytest.mark.parametrize("way", ["signed", "stored"])
def test_a_conversation_goes_on_where_its_author_is_trusted_and_wrote(
    scene: Scene, way: str, *, behind: bool
) -> None:
    own = f"<{next(scene.names)}@customer.test>"
    rival, _ = scene.take(EVE, Message_ID=own, Cc=GRACE, Subject="Pills", body="Buy pills.")
    assert (
        scene.take(GRACE, by=getattr(scene, "one" if way == "stored" else way), Message_ID=own)[
            0
        ].ticket
        == scene.ticket
    )
    found, _ = scene.take(GRACE, by=f"{own} {scene.one}" if behind else own)
    assert (found.ticket, scene.last().unverified) == (scene.ticket, False)
    assert scene.take(EVE, by=own)[0].ticket == rival.ticket


def test_who_wrote_in_no_other_ticket_goes_on_in_the_one_that_names_them(scene: Scene) -> None:
    other, own = scene.take(CARL, Cc=GRACE, Subject="Mill")
    found, _ = scene.take(GRACE, by=own)
    assert (found.ticket, scene.last(found.ticket or 0).unverified) == (other.ticket, False)
    scene.answer(other.ticket or 0)
    assert scene.take(GRACE, by=f"{own} {scene.one}")[0].ticket == other.ticket


@pytest.mark.parametrize("number", [False, True])
def test_no_id_leads_a_customer_into_somebody_elses_spam(scene: Scene, *, number: bool) -> None:
    spam, own = scene.take(EVE, Cc=GRACE, Subject="Pills")
    verbs.spam(scene.desk, [spam.ticket or 0])
    found, _ = scene.take(
        GRACE, by="" if number else own, number=(spam.ticket or 0) if number else 0
    )
    assert found.ticket not in {spam.ticket, scene.ticket}
    assert "which is spam" in (found.reason or "")
    assert scene.take(EVE, by=own)[0].ticket == spam.ticket


SENT = {"To": EVE, "Cc": HELP}
IMPORTED = {
    "stored id": (GRACE, "one", {}),
    "stored id, cc": (GRACE, "one", {"Cc": EVE}),
    "stored id, to": (GRACE, "one", {"To": f"{HELP}, {EVE}"}),
    "stored id, new reply-to": (GRACE, "one", {"Reply_To": EVE}),
    "stored id, new reply-to that is in cc": (GRACE, "one", {"Reply_To": EVE, "Cc": EVE}),
    "stored id, one of us": ("bob@shop.test", "one", {}),
    "stored id, forged": (GRACE, "one", {"Authentication_Results": FAIL}),
    "signed id": (GRACE, "signed", {"Cc": EVE}),
    "sent by an agent": ("ada@shop.test", "one", SENT),
    "sent by an agent, signed id": ("ada@shop.test", "signed", SENT),
    "sent by an agent, forged": (
        "ada@shop.test",
        "one",
        {**SENT, "Authentication_Results": f"{OURS}; dmarc=fail"},
    ),
    "sent by a mailbox": (HELP, "one", {"To": EVE}),
    "sent by an agent to her too": ("ada@shop.test", "one", {"To": GRACE, "Cc": EVE}),
    "report": ("MAILER-DAEMON@evil.test", "signed", {"Auto-Submitted": "auto-replied"}),
    "report, cc": ("MAILER-DAEMON@evil.test", "signed", {"Return-Path": "<>", "Cc": EVE}),
    "report, stored id": ("MAILER-DAEMON@evil.test", "one", {"Cc": EVE}),
    "report as the customer": (GRACE, "signed", {"X-Failed-Recipients": GRACE, "Cc": EVE}),
    "report, passed": ("MAILER-DAEMON@customer.test", "signed", {"Authentication-Results": PASS}),
}


@pytest.mark.parametrize(("sender", "way", "fields"), IMPORTED.values(), ids=IMPORTED)
def test_an_import_into_a_ticket_that_has_lived_here_makes_nobody_known(
    scene: Scene, tmp_path: Path, sender: str, way: str, fields: dict[str, str]
) -> None:
    named = {"one": scene.one, "signed": scene.signed}[way]
    usual = {
        "From": sender,
        "To": HELP,
        "Date": "Mon, 2 Mar 2026 08:00:00 +0000",
        "Message-ID": f"<i{next(scene.names)}@x.test>",
        "In-Reply-To": named,
    }
    head = "".join(
        f"{name.replace('_', '-')}: {value}\n" for name, value in (usual | fields).items()
    )
    (tmp_path / "1.eml").write_text(f"{head}\nWords of {usual['Message-ID']}\n")
    said = {one.id for one in scene.whole().messages}
    run_import(scene.desk, tmp_path)
    (news,) = (one for one in scene.whole().messages if one.id not in said)
    assert news.unverified
    assert EVE not in scene.goes_to() or scene.asked()
    for ids in (news.message_id or "", scene.one):
        found, _ = scene.take(EVE, by=ids)
        assert found.ticket != scene.ticket
    assert scene.take(GRACE, by=news.message_id or "", Cc=EVE)[0].ticket == scene.ticket
    assert scene.last().unverified
    scene.take(EVE, by=scene.signed)
    assert (scene.last().newcomer, EVE in scene.asked()) == (True, True)


def run_import(desk: Desk, folder: Path) -> None:
    """Import the letters of a folder."""
    wish = archives.ImportOptions(datetime(2026, 1, 1, tzinfo=UTC))
    watch = archives.Watch(lambda _: None, lambda _: None)
    archives.import_mail(
        desk,
        archives.Source(archives.ArchiveKind.EML, (folder,)),
        founding.mailbox(desk, HELP),
        wish,
        watch,
    )


def test_why_and_json_tell_who_is_new(scene: Scene) -> None:
    found, _ = scene.take(EVE, by=scene.signed)
    assert (found.reason or "").endswith(f"#{scene.ticket}; new participant")
    told = [
        (one["new_participant"], one["unverified"])
        for one in ticket_json.ticket(scene.whole(), scene.desk.now())["messages"]
    ]
    assert told == [(False, False), (False, False), (True, False)]


@pytest.mark.parametrize("only_sender", [False, True])
def test_the_hint_promises_nothing_that_would_ask_the_same(
    scene: Scene, *, only_sender: bool
) -> None:
    scene.take(EVE, by=scene.signed)
    with pytest.raises(RecipientsUnsure, match="new to") as unsure:
        writing.reply(scene.desk, scene.ticket, "x", only_sender=only_sender)
    assert "--only-sender answers" not in unsure.value.hint
    scene.take(GRACE, by=scene.one, Reply_To=ZED)
    with pytest.raises(RecipientsUnsure, match="new to") as unsure:
        writing.reply(scene.desk, scene.ticket, "x", recipients=None)
    assert "--only-sender answers" in unsure.value.hint


@pytest.mark.parametrize("named", ["in reply to", "its own id"])
def test_an_id_that_a_strangers_ticket_mentions_takes_no_mail_of_whom_it_only_names(
    scene: Scene, named: str
) -> None:
    lost = f"<lost{next(scene.names)}@evil.test>"
    bait, bait_id = scene.take(ZED, by=lost, Cc=CARL)
    own = {"Message-ID": lost} if named == "its own id" else {}
    honest, _ = scene.take(CARL, by="" if own else lost, led=own)
    assert honest.ticket not in {bait.ticket, scene.ticket}
    assert (
        scene.take(ZED, by=lost)[0].ticket == scene.take(ZED, by=bait_id)[0].ticket == bait.ticket
    )  # who wrote there goes on there


@pytest.mark.parametrize("where", ["To", "Cc"])
def test_an_id_that_is_mentioned_brings_a_mail_to_the_ticket_of_whom_it_names(
    scene: Scene, where: str
) -> None:
    own = f"<late{next(scene.names)}@elsewhere.test>"
    first, _ = scene.take(CARL, by=own, Cc=ZED)
    found, _ = scene.take(
        ZED, Message_ID=own, led={"To": f"{HELP}, {CARL}"} if where == "To" else {"Cc": CARL}
    )
    assert (found.ticket, scene.last(found.ticket or 0).unverified) == (first.ticket, True)


def test_an_id_that_is_mentioned_brings_those_of_one_company_together(scene: Scene) -> None:
    lost = f"<lost{next(scene.names)}@customer.test>"
    first, _ = scene.take(CARL, by=lost, Cc=f"{GRACE}, {HOME}")
    assert scene.take(GRACE, by=lost)[0].ticket == first.ticket
    assert scene.take(HOME, by=lost)[0].ticket != first.ticket


@pytest.fixture
def over(scene: Scene, request: pytest.FixtureRequest) -> Scene:
    """A ticket of Grace's, with Carl in Cc, that is over."""
    scene.take(GRACE, by=scene.signed, Cc=CARL)
    scene.answer()
    closed(scene, getattr(request, "param", "deleted"))
    return scene


def go_on(scene: Scene, sender: str, way: str, **led: str) -> int:
    """The ticket that a mail comes to which names the one that is over in this way."""
    ids = {"signed": scene.signed, "one": scene.one}.get(way, "")
    return scene.take(sender, by=ids, number=0 if ids else scene.ticket, led=led)[0].ticket or 0


PROVEN = {"Authentication_Results": PASS}
WAYS = [("signed", {}), ("one", {}), ("number", PROVEN), ("number", {})]


@pytest.mark.parametrize("over", ["deleted", "closed"], indirect=True)
@pytest.mark.parametrize(("first", "proof"), WAYS)
@pytest.mark.parametrize("answered", [False, True])
def test_whoever_was_known_in_a_ticket_that_is_over_goes_on_in_its_follow_up(
    over: Scene, first: str, proof: dict[str, str], *, answered: bool
) -> None:
    number = go_on(over, GRACE, first, **proof)
    assert number != over.ticket
    if answered:
        over.answer(number)
    for way, led in WAYS:
        assert go_on(over, GRACE, way, **led) == number, way
        assert over.last(number).unverified == (way == "number" and not led)
    for way in ("signed", "one"):
        assert go_on(over, CARL, way, Cc=GRACE) == number
        assert (over.last(number).unverified, over.last(number).newcomer) == (False, False)
    assert go_on(over, CARL, "number", **PROVEN) == number
    third = go_on(over, EVE, "signed")
    assert (third, over.last(third).newcomer) == (number, True)
    assert EVE in over.asked(number)
    assert not {number, over.ticket} & {go_on(over, ZED, way) for way in ("one", "number")}


@pytest.mark.parametrize("led", LED.values(), ids=LED)
@pytest.mark.parametrize("sender", [GRACE, CARL, EVE, "ada@shop.test", "nobody-there@shop.test"])
def test_a_follow_up_has_the_doubts_of_its_ticket(
    over: Scene, desk: Desk, names: Iterator[int], sender: str, led: dict[str, str]
) -> None:
    """Each mail into a ticket that lives, and the same one into the follow-up of one that is
    over."""
    alive = begun(desk, names)
    alive.take(GRACE, by=alive.signed, Cc=CARL)
    alive.answer()
    number = go_on(over, GRACE, "signed")
    for way in ("one", "signed", "one"):
        joined, went = (
            go_on(alive, sender, way, **led) == alive.ticket,
            go_on(over, sender, way, **led),
        )
        assert joined == (went == number)
        if joined:
            assert (over.last(number).unverified, over.last(number).newcomer) == (
                alive.last().unverified,
                alive.last().newcomer,
            ), way
            assert (EVE in over.asked(number), ZED in over.goes_to(number)) == (
                EVE in alive.asked(),
                False,
            )


def test_a_number_admits_to_a_follow_up_only_who_is_known_there(over: Scene) -> None:
    number = go_on(over, GRACE, "signed")
    other = go_on(over, CARL, "number", **PROVEN)
    assert other not in {number, over.ticket}
    assert [(one.number, one.kind) for one in over.whole(other).links] == [
        (over.ticket, "follow-up")
    ]
    assert go_on(over, GRACE, "number", Reply_To=EVE) != number


def test_a_follow_up_that_is_spam_takes_nobody(over: Scene) -> None:
    number = go_on(over, GRACE, "signed")
    verbs.spam(over.desk, [number])
    others = [go_on(over, sender, way, **led) for sender in (GRACE, CARL) for way, led in WAYS]
    assert number not in others
    assert len(set(others[:4])) == 1, "the customer's next follow-up goes on"


def test_a_follow_up_of_a_stranger_takes_nobody_else(over: Scene) -> None:
    number = go_on(over, EVE, "signed")
    assert over.last(number).newcomer
    for sender in (GRACE, CARL):
        assert go_on(over, sender, "signed") not in {number, over.ticket}
    assert go_on(over, EVE, "signed") == number


def test_a_follow_up_in_another_mailbox_is_none_for_this_one(over: Scene) -> None:
    there = over.take(GRACE, by=over.signed, box=SALES)[0].ticket
    here = go_on(over, GRACE, "signed")
    assert here not in {there, over.ticket}
    assert go_on(over, CARL, "one") == here
    assert over.take(CARL, by=over.signed, box=SALES)[0].ticket == there


def test_answers_go_on_through_every_follow_up(over: Scene) -> None:
    before = over.ticket
    for _ in range(3):
        number = go_on(over, GRACE, "signed")
        assert number > before
        assert go_on(over, CARL, "signed") == go_on(over, GRACE, "number", **PROVEN) == number
        verbs.delete(over.desk, [number])
        before = number


L = "l@lists.test"
BY_LIST = {
    "reply-to is the list": (GRACE, {"Reply_To": L}, GRACE),
    "reply-to is the list and she": (GRACE, {"Reply_To": f"{L}, {GRACE}"}, GRACE),
    "from is the list": (L, {"Reply_To": GRACE, "To": L, "Cc": HELP}, GRACE),
    "from is the list, via": (
        f"Grace via L <{L}>",
        {"Reply_To": f"Grace <{GRACE}>", "To": L, "Cc": HELP},
        GRACE,
    ),
    "from and to are the list": (L, {"To": L, "Cc": HELP}, ""),
    "from and reply-to are the list": (L, {"Reply_To": L}, ""),
}


@pytest.mark.parametrize(
    "signs",
    [
        ("list", "l-bounces@lists.test"),
        ("bulk", "owner-l@lists.test"),
        ("bulk", "l-bounces+help=shop.test@lists.test"),
    ],
)
@pytest.mark.parametrize(("sender", "fields", "author"), BY_LIST.values(), ids=BY_LIST)
def test_a_private_answer_goes_to_no_list_that_only_its_sender_names(
    scene: Scene, sender: str, fields: dict[str, str], author: str, signs: tuple[str, str]
) -> None:
    number = scene.take(sender, Precedence=signs[0], Sender=signs[1], led=fields)[0].ticket or 0
    assert scene.goes_to(number, only_sender=True) == ({author} if author else set())
