"""One story of the generator: its people, what they write, and the mails that come of it.

A scene keeps the truth while it is told: each mail belongs to a conversation, and only `opens`
starts one."""

import random
import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypedDict, Unpack

from tests.conversations.languages import ENGLISH, LANGUAGES, Language
from tests.conversations.letter import MAILBOX, Form, Letter, Person
from tests.conversations.wire import File, Transfer, Words, transfers

INBOX = "INBOX"
OTHER_FOLDER = "Orders"  # the second folder that is synced
LETTERS = "bcdfghjklmnpqrstvwxz"
ZONES = (-8, -5, 0, 1, 2, 3, 9)
MADE_UP = ""  # the Message-ID that the writer's program makes
EMPTY = "<>"  # the Message-ID of a program that failed to make one


class Look(TypedDict, total=False):
    """How a mail is built; the scene chooses what is left open."""

    charset: str
    transfer: Transfer
    words: Words
    body: str
    files: tuple[File, ...]


class How(TypedDict, total=False):
    """What a story may say about a mail: its threading headers, its Message-ID (None: no such
    header), recipients beside us, further headers, when the server takes it instead of some seconds
    after it was sent, and its look."""

    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    message_id: str | None
    to: tuple[str, ...]
    cc: tuple[str, ...]
    extra: tuple[tuple[str, str], ...]
    delivered: datetime
    look: Look


@dataclass(frozen=True, slots=True)
class GeneratedMail:
    """A mail and the truth about it.

    `conversation` names the ticket it belongs in: equal names, one ticket. `token` is a word that
    stands in this mail's own text and in no other's, `phrase` a sentence of it in its own language.
    `copy` marks the same bytes in another folder. `internal_date` is when the server took it."""

    raw: bytes
    folder: str
    internal_date: datetime
    conversation: str
    trait: str
    subject: str
    sender: str
    name: str
    message_id: str | None
    token: str
    phrase: str
    files: tuple[File, ...] = ()
    copy: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A mail as its writer's program remembers it. `chain` are the ids a reply to it names, oldest
    first; `sent` is its Date."""

    by: Person
    conversation: str
    subject: str
    sent: datetime
    chain: tuple[str, ...]
    phrase: str


@dataclass(slots=True)
class Scene:
    """A story that begins at `start`. `number` makes its people and ids unlike those of every
    other."""

    rng: random.Random
    number: int
    trait: str
    start: datetime
    mails: list[GeneratedMail] = field(default_factory=list)
    _ids: int = 0
    _people: int = 0
    _conversations: int = 0

    def person(self, language: Language | None = None) -> Person:
        """Somebody new, from outside."""
        self._people += 1
        spoken = language or self.rng.choice((ENGLISH, *LANGUAGES))
        local = self.rng.choice(("contact", "me", "j.doe", "k_w", "sales+eu"))
        domain = f"{self.rng.choice(('mail', 'post', 'office'))}{self.number}.test"
        return Person(
            self.rng.choice(spoken.names),
            f"{local}.{self._people}@{domain}",
            spoken,
            self.rng.choice(ZONES),
        )

    def opens(self, by: Person, subject: str | None = None, **how: Unpack[How]) -> Written:
        """`by` writes to the shop about something new: a conversation begins."""
        self._conversations += 1
        name = f"{self.number}-{self.trait}-{self._conversations}"
        said = self.rng.choice(by.language.subjects) if subject is None else subject
        return self._writes(by, name, said, None, how)

    def answers(
        self,
        parent: Written,
        by: Person | None = None,
        subject: str | None = None,
        **how: Unpack[How],
    ) -> Written:
        """Somebody, by default its writer, writes in the conversation of `parent`, whose ids the
        mail names unless `how` says otherwise."""
        writer = by or parent.by
        said = replied(parent.subject, writer.language) if subject is None else subject
        complete: How = {"in_reply_to": parent.chain[-1:], "references": parent.chain}
        complete.update(how)
        return self._writes(writer, parent.conversation, said, parent, complete)

    def shop_answers(self, parent: Written) -> Written:
        """The shop answers: a mail that its own mailbox never receives, and whose id is in every
        later reply."""
        return replace(
            parent,
            sent=parent.sent + self._pause(),
            chain=(*parent.chain, self.new_id("shop.test")),
        )

    def copy_to(self, folder: str) -> None:
        """The last mail lies in `folder` too, byte for byte."""
        last = self.mails[-1]
        self.mails.append(
            replace(
                last,
                folder=folder,
                copy=True,
                internal_date=last.internal_date + timedelta(seconds=1),
            )
        )

    def delay_first(self, when: datetime) -> None:
        """The first mail arrives at `when`, behind the others."""
        self.mails.append(replace(self.mails.pop(0), internal_date=when))

    def new_id(self, domain: str) -> str:
        """A Message-ID."""
        self._ids += 1
        return f"<{self.number}.{self._ids}.{self.rng.getrandbits(40):x}@{domain}>"

    def _writes(
        self, by: Person, conversation: str, subject: str, parent: Written | None, how: How
    ) -> Written:
        """Write one mail and deliver it."""
        sent = parent.sent + self._pause() if parent else self.start
        identity = how.get("message_id", MADE_UP)
        identity = self.new_id(by.domain) if identity == MADE_UP else identity
        letter = Letter(
            by=by,
            sent=sent,
            message_id=identity,
            subject=subject,
            to=(MAILBOX, *how.get("to", ())),
            cc=how.get("cc", ()),
            in_reply_to=how.get("in_reply_to", ()),
            references=how.get("references", ()),
            extra=how.get("extra", ()),
            phrase=self.rng.choice(by.language.sentences),
            token=f"zq{self.number}q{''.join(self.rng.choices(LETTERS, k=6))}{len(self.mails)}",
            quoted=parent.phrase if parent else "",
            form=self._form(how.get("look", {}), by.language),
        )
        on_the_way = timedelta(seconds=self.rng.randrange(1, 50))
        self.mails.append(
            self._generated(letter, conversation, how.get("delivered", sent + on_the_way))
        )
        own = (identity,) if identity and identity != EMPTY else ()
        return Written(
            by,
            conversation,
            subject,
            sent,
            tuple(dict.fromkeys((*letter.references, *letter.in_reply_to, *own))),
            letter.phrase,
        )

    def _generated(self, letter: Letter, conversation: str, delivered: datetime) -> GeneratedMail:
        return GeneratedMail(
            raw=letter.raw(),
            folder=INBOX,
            internal_date=delivered,
            conversation=conversation,
            trait=self.trait,
            subject=letter.subject,
            sender=letter.by.address,
            name=letter.by.name,
            message_id=letter.message_id,
            token=letter.token,
            phrase=letter.phrase,
            files=letter.form.files,
        )

    def _form(self, look: Look, language: Language) -> Form:
        """The look of a mail with everything chosen that was left open."""
        charset = look.get("charset") or self.rng.choice(language.charsets)
        transfer = look.get("transfer") or self.rng.choice(transfers(charset))
        words = look.get("words") or self.rng.choice((Words.B, Words.Q))
        return Form(charset, transfer, words, look.get("body", "plain"), look.get("files", ()))

    def _pause(self) -> timedelta:
        """How long somebody takes to answer: minutes to days."""
        return timedelta(minutes=self.rng.choice((7, 40, 190, 900, 2900)) + self.rng.randrange(60))


def replied(subject: str, language: Language) -> str:
    """The subject of a reply, with one prefix however long the thread is."""
    return subject if re.match(r"\w{2,3} ?:", subject) else f"{language.reply_prefix} {subject}"
