"""F3: whatever a mail server, or another mail program on it, does before or during a sync, no mail
is lost or doubled, nothing that is here is deleted, and nothing on the server is changed."""

import random
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conversations import INBOX, MAILBOX, OTHER_FOLDER, generate
from tests.faults.checker import (
    Account,
    Expected,
    FolderShot,
    Photograph,
    Shot,
    Violation,
    check_desk,
    digest,
    photograph,
)
from tests.faults.desks import DISCARD, Desk, Ground, Mails, found_desk, make_ground
from tests.faults.figures import Figure
from tests.faults.meddler import Meddler
from tests.faults.warm import Warm
from tests.servers.dovecot import Dovecot
from tests.servers.imap import quoted
from tests.servers.liar import Liar
from tests.servers.process import ServerFailed

pytestmark = pytest.mark.acceptance

MAILS = 12
UNREACHABLE, STILL_FAILING = 69, 75
NEW = datetime(2026, 2, 25, 9, tzinfo=UTC)


def letter(name: str, text: str = "Hello.", *, message_id: str = "") -> bytes:
    """A mail of its own."""
    named = (
        f"Message-ID: {message_id or f'<{name}@customer.test>'}\r\n" if message_id != "-" else ""
    )
    head = f"From: {name}@customer.test\r\nTo: help@shop.test\r\nSubject: {name}\r\n{named}"
    return f"{head}Date: Wed, 25 Feb 2026 09:00:00 +0000\r\n\r\n{text}\r\n".encode()


class Scene:
    """A mailbox on Dovecot behind a proxy, its desk, and what another mail program does there. What
    it does is no change of ours: each time, the photograph is taken again."""

    def __init__(self, ground: Ground, server: Dovecot, meddler: Meddler, desk: Desk) -> None:
        self.server, self.meddler, self.desk = server, meddler, desk
        self.user = ground.account.user
        self.folders = list(ground.before)
        self.number = 0

    @property
    def uids(self) -> list[int]:
        """What is in INBOX."""
        return sorted(photograph(self.desk.ground.account, [INBOX])[INBOX].mails)

    def rebase(self, *folders: str) -> None:
        """Take the photograph again."""
        self.folders = list(folders or self.folders)
        before = photograph(self.desk.ground.account, self.folders)
        self.desk = replace(self.desk, ground=replace(self.desk.ground, before=before))

    def say(self, folder: str, *commands: tuple[str, ...]) -> None:
        """Let another mail program give commands in a folder."""
        with self.server.login(self.user) as imap:
            imap.select(quoted(folder))
            for name, *arguments in commands:
                answer = imap.uid(name, *arguments) if arguments else imap.expunge()
                assert answer[0] == "OK", answer

    def new(self, count: int = 2, folder: str = INBOX) -> None:
        """Mails arrive."""
        self.number += count
        names = range(self.number - count, self.number)
        self.server.append_all(
            self.user, folder, [(letter(f"new{name}{folder}".lower()), NEW) for name in names]
        )
        self.rebase()

    def expunge(self, uids: Iterable[int]) -> None:
        """Remove mails of INBOX."""
        wanted = ",".join(map(str, uids))
        self.say(INBOX, ("STORE", wanted, "+FLAGS", r"(\Deleted)"), ("EXPUNGE",))
        self.rebase()

    def flag(self, uids: Iterable[int], flags: str) -> None:
        """Set flags in INBOX, and leave them."""
        self.say(INBOX, ("STORE", ",".join(map(str, uids)), "+FLAGS", f"({flags})"))
        self.rebase()

    def move(self, uids: Iterable[int], how: str = "MOVE") -> None:
        """Move or copy mails of INBOX to the other folder."""
        self.say(INBOX, (how, ",".join(map(str, uids)), OTHER_FOLDER))
        self.rebase()

    def uidvalidity(self, number: int) -> None:
        """Every UID of INBOX means something else."""
        self.server.set_uid_validity(self.user, INBOX, number)
        self.rebase()

    def next_uid(self, number: int) -> None:
        """The next mail of INBOX gets this UID."""
        self.server._doveadm(
            "mailbox", "update", "-u", self.user, "--min-next-uid", str(number), INBOX
        )

    def rename(self, old: str, new: str) -> None:
        """Rename a folder."""
        with self.server.login(self.user) as imap:
            assert imap.rename(quoted(old), quoted(new))[0] == "OK"
        self.rebase(INBOX)

    def delete(self, folder: str) -> None:
        """Delete a folder and its mail."""
        with self.server.login(self.user) as imap:
            assert imap.delete(quoted(folder))[0] == "OK"
        self.rebase(INBOX)

    def kick(self) -> None:
        """Cut every connection with a BYE."""
        with suppress(ServerFailed):  # nobody is logged in yet
            self.server.kick(self.user)

    def put_back(self, mails: dict[int, Shot], folder: str = INBOX) -> None:
        """Append mails that were there before."""
        self.server.append_all(self.user, folder, [(one.raw, NEW) for one in mails.values()])
        self.rebase(INBOX, OTHER_FOLDER)


def back_and_forth(scene: Scene) -> None:
    """The old UIDVALIDITY comes back, after a sync in between."""
    first = scene.server.uid_validity(scene.user)
    scene.uidvalidity(first + 1000)
    scene.desk.sync_well()
    scene.uidvalidity(first + 2000)
    scene.desk.sync_well()
    scene.uidvalidity(first)


def restored(scene: Scene) -> None:
    """A back-up is put back: the same mails in another order, under other UIDs."""
    before = dict(scene.desk.ground.before[INBOX].mails)
    scene.expunge(before)
    scene.put_back(dict(reversed(before.items())))
    scene.uidvalidity(4_000_000_000)


def gone_and_back(scene: Scene) -> None:
    """A mail is removed, and comes again with the same bytes."""
    uid, mail = next(iter(scene.desk.ground.before[INBOX].mails.items()))
    scene.expunge([uid])
    scene.put_back({uid: mail})


def renamed_and_back(scene: Scene) -> None:
    """A folder is not there for a while; the others still get their mail."""
    scene.rename(OTHER_FOLDER, "Elsewhere")
    scene.new()
    ran = scene.desk.sync()
    assert ran.code in {UNREACHABLE, STILL_FAILING}, ran
    assert scene.desk.violations() == []
    with scene.server.login(scene.user) as imap:
        imap.rename(quoted("Elsewhere"), quoted(OTHER_FOLDER))
    scene.rebase(INBOX, OTHER_FOLDER)


def made_again(scene: Scene) -> None:
    """A folder is deleted and made again with its mail."""
    mails = dict(scene.desk.ground.before[OTHER_FOLDER].mails)
    scene.delete(OTHER_FOLDER)
    assert scene.desk.sync().code in {UNREACHABLE, STILL_FAILING}
    scene.put_back(mails, OTHER_FOLDER)


def alike(*mails: bytes) -> Callable[[Scene], None]:
    """These mails arrive."""

    def arrive(scene: Scene) -> None:
        scene.server.append_all(scene.user, INBOX, [(raw, NEW) for raw in mails])
        scene.rebase()

    return arrive


def at_uid(number: int) -> Callable[[Scene], None]:
    """New mails arrive behind a gap."""

    def arrive(scene: Scene) -> None:
        scene.next_uid(number)
        scene.new(3)

    return arrive


def dated(*dates: datetime) -> Callable[[Scene], None]:
    """The server says that mails came at odd moments."""

    def arrive(scene: Scene) -> None:
        mails = [(letter(f"dated{number}"), when) for number, when in enumerate(dates)]
        scene.server.append_all(scene.user, INBOX, mails)
        scene.rebase()

    return arrive


def in_turn(*actions: Callable[[Scene], object]) -> Callable[[Scene], None]:
    """Several things happen."""

    def act(scene: Scene) -> None:
        for action in actions:
            action(scene)

    return act


BETWEEN: dict[str, Callable[[Scene], object]] = {
    "UIDVALIDITY is another one": lambda scene: scene.uidvalidity(777),
    "UIDVALIDITY is another one, and mail is new": in_turn(lambda scene: scene.uidvalidity(777), Scene.new),
    "UIDVALIDITY is another one, and mail is gone": in_turn(
        lambda scene: scene.expunge(scene.uids[::2]), lambda scene: scene.uidvalidity(778), Scene.new
    ),
    "UIDVALIDITY comes back": back_and_forth,
    "a back-up is put back": restored,
    "some are gone": lambda scene: scene.expunge(scene.uids[::3]),
    "the last is gone, and others are new": in_turn(lambda scene: scene.expunge(scene.uids[-1:]), Scene.new),
    "all are gone": lambda scene: scene.expunge(scene.uids),
    "all are gone, and others are new": in_turn(lambda scene: scene.expunge(scene.uids), Scene.new),
    "a gap of 10^6": lambda scene: at_uid(max(scene.uids) + 1_000_000)(scene),
    "UIDs from 2^31 - 1": at_uid(2**31 - 1),
    "UIDs up to 2^32 - 2": at_uid(2**32 - 4),
    "a folder is renamed and back": renamed_and_back,
    "a folder is made again": made_again,
    "known mail is moved": lambda scene: scene.move(scene.uids[:5]),
    "known mail is copied": lambda scene: scene.move(scene.uids[:5], "COPY"),
    "new mail is moved": in_turn(Scene.new, lambda scene: scene.move(scene.uids[-2:])),
    "new mail is copied": in_turn(Scene.new, lambda scene: scene.move(scene.uids[-2:], "COPY")),
    "one Message-ID, two texts": alike(*(letter("dhl", text, message_id="<same@dhl.test>") for text in ("Parcel 1.", "Parcel 2."))),
    "one mail twice": alike(letter("twice"), letter("twice")),
    "no Message-ID": alike(*(letter("none", text, message_id="-") for text in ("One.", "Two."))),
    "an empty Message-ID": alike(*(letter("empty", text, message_id="<>") for text in ("One.", "Two."))),
    r"others are marked \Deleted": lambda scene: scene.flag(scene.uids[:3], r"\Deleted"),
    r"others are marked \Seen and odd": lambda scene: scene.flag(scene.uids[:3], r"\Seen \Flagged $Odd"),
    "mail from 1970 and from 2099": dated(datetime(1970, 1, 2, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)),
    "one is gone and comes back": gone_and_back,
}  # fmt: skip

DURING: dict[str, tuple[bytes, Callable[[Scene], object]]] = {
    **{
        f"kicked at {words.decode()}": (words, Scene.kick)
        for words in (b"LOGIN", b"EXAMINE", b"UID SEARCH", b"UID FETCH", b"BODY.PEEK")
    },
    **{
        f"UIDVALIDITY changes at {words.decode()}": (words, lambda scene: scene.uidvalidity(779))
        for words in (b"EXAMINE", b"UID SEARCH", b"UID FETCH", b"BODY.PEEK")
    },
    "some are gone at UID SEARCH": (b"UID SEARCH", lambda scene: scene.expunge(scene.uids[::2])),
    "some are gone at UID FETCH": (b"UID FETCH", lambda scene: scene.expunge(scene.uids[::2])),
    "all are gone at UID FETCH": (b"UID FETCH", lambda scene: scene.expunge(scene.uids)),
    "the last is gone at BODY.PEEK": (b"BODY.PEEK", lambda scene: scene.expunge(scene.uids[-1:])),
    "some are moved at BODY.PEEK": (b"BODY.PEEK", lambda scene: scene.move(scene.uids[:6])),
    "mail comes at BODY.PEEK": (b"BODY.PEEK", Scene.new),
    "mail comes at LOGOUT": (b"LOGOUT", Scene.new),
}


@pytest.fixture(scope="module")
def meddler(dovecot: Dovecot) -> Iterator[Meddler]:
    """A proxy before Dovecot."""
    with Meddler(dovecot.port) as between:
        yield between


@pytest.fixture
def scene(warm: Warm, dovecot: Dovecot, meddler: Meddler, tmp_path: Path) -> Scene:
    """A dozen mails, and a desk that has not read them."""
    ground = make_ground(warm, tmp_path / "ground", dovecot, the_mails(MAILS), port=meddler.port)
    return Scene(ground, dovecot, meddler, ground.copy(tmp_path / "desk"))


def the_mails(count: int) -> Mails:
    """What is there at first."""
    return [(one.folder, one.raw, one.internal_date) for one in generate(seed=3, mails=count).mails]


def kept(desk: Desk) -> set[str]:
    """The digests of the mails that the desk has."""
    return {row[0] for row in desk.query("SELECT sha256 FROM raw_mail")}


@pytest.mark.parametrize("act", BETWEEN.values(), ids=BETWEEN)
def test_what_happens_between_two_syncs(
    scene: Scene, figure: Figure, act: Callable[[Scene], object]
) -> None:
    figure.of("F3 what servers and other programs do")
    scene.desk.sync_well()
    before = kept(scene.desk)
    act(scene)
    assert figure.found(scene.desk.recover(Expected(ever=before))) == []
    figure.count(cases=1)


@pytest.mark.parametrize(("words", "act"), DURING.values(), ids=DURING)
def test_what_happens_during_a_sync(
    scene: Scene, figure: Figure, words: bytes, act: Callable[[Scene], object]
) -> None:
    figure.of("F3 what servers and other programs do")
    scene.meddler.before[words] = lambda: act(scene)
    ran = scene.desk.sync()
    assert words not in scene.meddler.before, "it never happened"
    assert ran.code in {0, UNREACHABLE}, ran
    assert "Traceback" not in ran.err
    before = kept(scene.desk)
    assert figure.found(scene.desk.recover(Expected(ever=before))) == []
    figure.count(cases=1)


def test_a_folder_that_is_gone_for_good(scene: Scene, figure: Figure) -> None:
    figure.of("F3 what servers and other programs do")
    scene.desk.sync_well()
    before = kept(scene.desk)
    scene.delete(OTHER_FOLDER)
    for code in (UNREACHABLE, STILL_FAILING):
        scene.new()
        assert scene.desk.sync().code == code
        assert figure.found(scene.desk.violations(Expected(ever=before))) == []
    figure.count(cases=1)


def test_another_program_that_never_stops(scene: Scene, figure: Figure) -> None:
    """It moves, flags, removes and appends, while sync after sync runs."""
    figure.of("F3 what servers and other programs do")
    rng = random.Random(4)
    done, ops = threading.Event(), [0]

    def mutate() -> None:
        while not done.is_set():
            uids = scene.uids
            some = rng.sample(uids, 2) if len(uids) > 2 else []
            what = rng.randrange(4)
            if what == 0 or not some:
                scene.new()
            elif what == 1:
                scene.expunge(some[:1])
            elif what == 2:
                scene.move(some[:1])
            else:
                scene.flag(some, r"\Answered")
            ops[0] += 1

    other = threading.Thread(target=mutate)
    other.start()
    try:
        before: set[str] = set()
        while ops[0] < 40:
            assert scene.desk.sync().code in {0, UNREACHABLE}
            assert before <= kept(scene.desk)
            before = kept(scene.desk)
    finally:
        done.set()
        other.join()
    scene.rebase()
    assert figure.found(scene.desk.recover(Expected(ever=before))) == []
    figure.count(cases=1)


COMMANDS = (b"CAPABILITY", b"LOGIN", b"EXAMINE", b"UID SEARCH", b"UID FETCH")
ANSWERS = {
    "BYE": b"* BYE going down\r\n",
    "NO": b"%T NO [UNAVAILABLE] try later\r\n",
    "BAD": b"%T BAD what?\r\n",
    "OVERQUOTA": b"%T NO [OVERQUOTA] too much\r\n",
}
SAID = {
    f"{name} at {words.decode()}": (words, answer)
    for words in COMMANDS
    for name, answer in ANSWERS.items()
    if name != "OVERQUOTA" or words == b"UID FETCH"
}


@pytest.mark.parametrize(("words", "answer"), SAID.values(), ids=SAID)
def test_a_server_that_refuses_one_step(
    warm: Warm, tmp_path: Path, figure: Figure, words: bytes, answer: bytes
) -> None:
    figure.of("F3 a server that refuses one step")
    with Liar(*(letter(name) for name in ("one", "two", "three"))) as liar:
        account = Account(liar.port, "help", "secret")
        ground = found_desk(
            Ground(warm, tmp_path / "ground", account, {}), (INBOX,), None, liar.port, DISCARD
        )
        desk = ground.copy(tmp_path / "desk")
        liar.answers[words] = answer
        ran = desk.sync()
        assert ran.code in {0, UNREACHABLE, STILL_FAILING, 77}, ran
        assert "Traceback" not in ran.err
        liar.answers.clear()
        assert (
            desk.run("mailbox", "trust", MAILBOX, "--yes").code == 0
        )  # it may be left alone for now
        desk.sync_well()
        desk.sync_well()
        assert figure.found(look(desk, liar)) == []
    figure.count(cases=1)


def look(desk: Desk, liar: Liar) -> list[Violation]:
    """What is broken, if the liar tells the truth."""
    mails = {uid: Shot(raw, frozenset(), digest(raw)) for uid, raw in liar.mails.items()}
    now: Photograph = {INBOX: FolderShot(7, mails)}
    return check_desk(desk.database, now)
