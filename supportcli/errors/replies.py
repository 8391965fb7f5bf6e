"""What can go wrong with replies, and on their way."""

from collections.abc import Sequence

from supportcli.errors import SupportError, TryAgainLater, UsageError

KEPT = "Your text is kept as a draft."
"""What an error says at its end if the text is not lost."""

NOTED = "Your text is kept as a note, since your draft there is for other people."
"""What it says if the draft that was begun before could not take the text."""


def kept_as(error: SupportError, sentence: str) -> None:
    """Let an error say how an unsent text is kept; it says already that it is a draft."""
    if sentence == NOTED:
        error.sentence = error.sentence.removesuffix(f" {KEPT}")
        error.adds(NOTED)


_SHOWN = 3
"""How many faults of a signature or a frame an error names."""


class MailsNobody(UsageError):
    """A reply was to mark the ticket it answers as spam or deleted; `verb` does that without a
    mail."""

    def __init__(self, number: int, status: str, verb: str) -> None:
        super().__init__(
            f"A reply cannot make #{number} {status}: it would send mail to the person who wrote "
            "it.",
            f"Without an email: supportcli ticket {verb} {number}",
        )


class EmptyText(UsageError):
    """A reply or a note without a word in it. `begun`: the ticket in which a reply is begun, which
    could be sent."""

    def __init__(self, what: str, begun: int | None = None) -> None:
        mine = f" To send your draft: supportcli ticket reply {begun} --yes </dev/null"
        super().__init__(
            f"The {what} is empty, so nothing was written.",
            "Give a text with --text, --file or a pipe, or write it in the editor."
            + (mine if begun is not None else ""),
        )


class ReplyHasLeft(SupportError):
    """A reply or a forward (`what`) that is on its way, or has arrived, cannot be undone."""

    def __init__(self, number: int, what: str = "reply to") -> None:
        super().__init__(
            f"The {what} #{number} has left and cannot be taken back.",
            "Another can correct it.",
        )


class SendRefused(TryAgainLater):
    """Something came into the ticket that the writer of a reply had not seen."""

    def __init__(self, number: int, what: str, *, kept: bool = True) -> None:
        draft = f" {KEPT}" if kept else ""
        super().__init__(
            f"The reply to #{number} was not sent: {what} arrived in the meantime.{draft}",
            "Read it, then send again.",
        )
        self.number = number
        self.told = f"{what} arrived in the meantime"


class RecipientsUnsure(UsageError):
    """A reply would go to somebody who is new in the ticket, to an address that nothing proves, or
    to many `people`, or it lacks a file that it promises, and nobody has agreed to that.
    `author_known` says whether --only-sender would send without asking."""

    def __init__(
        self,
        question: str,
        *,
        kept: bool = True,
        author_known: bool = True,
        people: bool = True,
        lacks_file: bool = False,
    ) -> None:
        draft = f" {KEPT}" if kept else ""
        alone = (
            "--only-sender answers only the person who wrote"
            if author_known
            else "--only-sender would ask the same: first check who wrote"
        )
        advice = [alone] if people else []
        advice += ["--attach PATH adds a file"] if lacks_file else []
        super().__init__(
            f"Nothing was sent: {question}.{draft}",
            f"If that is right, send it again with --yes; {'; '.join(advice)}.",
        )
        self.question = question


class NobodyToAnswer(SupportError):
    """A ticket names nobody to send a reply to; `left_out` are those it names, and why not."""

    def __init__(self, number: int, left_out: Sequence[str], *, kept: bool = True) -> None:
        who = (
            f"left out: {'; '.join(left_out)}"
            if left_out
            else "it names nobody but this desk, or a list that hides who wrote"
        )
        draft = f" {KEPT}" if kept else ""
        super().__init__(
            f"#{number} has nobody to answer: {who}.{draft}",
            "Open a ticket for the right address: supportcli ticket new --customer ADDRESS",
        )


class NobodyNamed(SupportError):
    """The recipients that an agent chose leave nobody in To; `left_out` are those they named, and
    why not."""

    def __init__(self, left_out: Sequence[str] = (), *, kept: bool = False) -> None:
        who = f"; left out: {'; '.join(left_out)}" if left_out else ""
        draft = f" {KEPT}" if kept else ""
        super().__init__(
            f"This email would go to nobody{who}.{draft}",
            f"Name somebody{' else' if left_out else ''} in To: --to ADDRESS",
        )


class AddressRefused(SupportError):
    """Something that should be an address cannot stand in a mail's header or envelope."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"“{address}” is not an address that mail can be sent to.",
            "Choose the recipients by hand, or answer with --only-sender.",
        )


class HeaderRefused(SupportError):
    """A value with CR, LF or NUL was about to become a header: it could begin another one."""

    def __init__(self, header: str) -> None:
        super().__init__(
            f"The {header} of this reply contains a line break or a NUL character, so the reply "
            "was not created.",
            "Change the ticket's subject or the name.",
        )


class RecipientAbsent(SupportError):
    """Somebody was to be left out of a reply that does not go to them; `there` are the addresses
    that get it."""

    def __init__(self, address: str, there: Sequence[str], nearest: str = "") -> None:
        super().__init__(
            f"The reply would not go to “{address}” anyway.",
            f"It goes to {', '.join(there) or 'nobody'}.",
            nearest,
        )


class OptionEmpty(UsageError):
    """An option of a reply without a value, as a script with an unset variable gives it."""

    def __init__(self, option: str) -> None:
        super().__init__(
            f"{option} is empty, so nothing was done.", "Give it a value, or leave it out."
        )


class SenderUnknown(SupportError):
    """A reply was to come from an address that its mailbox does not have."""

    def __init__(self, address: str, mailbox: str, known: Sequence[str], nearest: str = "") -> None:
        super().__init__(
            f"“{address}” is not an address of the mailbox {mailbox}.",
            f"It has {', '.join(known)}; add another one with: supportcli mailbox edit {mailbox} "
            "--alias ADDRESS",
            nearest,
        )


class SubjectRefused(UsageError):
    """A subject with a line break, or one that no header holds."""

    def __init__(self) -> None:
        super().__init__(
            "The subject has a line break or another control character.", "Give it on one line."
        )


class TimeUnreadable(UsageError):
    """A time to come that cannot be understood, or is too far ahead."""

    def __init__(self, typed: str, what: str = "is no time that can be understood") -> None:
        super().__init__(
            f"“{typed}” {what}.",
            "Write it as in: 2h, noon, tonight, midnight, tomorrow 9:00, next mon, next business "
            "morning, 24 dec 9am, 2026-12-24 09:00",
        )


class TimePast(UsageError):
    """A time that is over; `at` is what it was understood as."""

    def __init__(self, typed: str, at: str) -> None:
        super().__init__(
            f"“{typed}” is over: it means {at}.", "Choose a later time, as in: tomorrow 9:00"
        )


class NothingToForward(SupportError):
    """A ticket has no message that can be passed on, as `why` says."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(
            f"Nothing of #{number} can be forwarded: {why}.",
            f"See its messages with: supportcli ticket show {number}",
        )


class FileRefused(UsageError):
    """A file that cannot go with a reply: it is missing, a folder, unreadable, or gone since it was
    chosen."""

    def __init__(self, file: str, what: str, hint: str = "") -> None:
        super().__init__(f"{file} {what}; nothing was sent.", hint or "Check the path.")


class FilesTooLarge(UsageError):
    """The files of a reply are more than its mailbox can send."""

    def __init__(self, files: str, size: str, most: str) -> None:
        super().__init__(
            f"{files} would make an email of {size}; the most that can be sent is {most}.",
            "Attach fewer or smaller files, or send a link.",
        )


class DraftAbsent(SupportError):
    """A draft that should change hands is not there. `who`: “you have not begun”."""

    def __init__(self, number: int, who: str) -> None:
        super().__init__(
            f"There is no such draft in #{number}: {who} one.",
            f"See yours with: supportcli ticket draft {number}",
        )


class DraftsDiffer(SupportError):
    """A draft should change hands, and whoever gets it has begun one for other people."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"The two drafts in #{number} are for different people and cannot become one.",
            f"Send or discard one of them first; yours is: supportcli ticket draft {number}",
        )


class EditorFailed(SupportError):
    """The agent's editor did not give a text back. `kept_in` is the file that has what was written,
    if there is one."""

    def __init__(self, command: str, what: str) -> None:
        named = f"The editor “{command}”" if command else "The editor"
        super().__init__(
            f"{named} failed: {what}; nothing was written.",
            "Set VISUAL or EDITOR, or give the text with --text, --file or a pipe.",
        )
        self.kept_in = ""


class DeliveryStepRefused(SupportError):
    """A reply of the outbox is in a state in which it cannot be sent, tried again or cancelled."""

    def __init__(self, number: int, state: str, verb: str) -> None:
        super().__init__(
            f"Reply {number} is {state} and cannot be {verb}.",
            "See where it stands with: supportcli outbox list --all",
        )


class ReplyFailed(SupportError):
    """A reply was refused for good, by a mail server or because it cannot be sent as it is.
    `answer` says why, in the words of the server or our own."""

    def __init__(self, number: int, ticket: int, answer: str) -> None:
        super().__init__(
            f"Sending the reply to #{ticket} failed{_because(answer)}.",
            (
                "See it with: supportcli outbox list; try again with: supportcli outbox retry "
                f"{number}"
            ),
        )


class ReplyDelayed(TryAgainLater):
    """A mail server has not accepted a reply yet, or could not be reached."""

    def __init__(self, number: int, ticket: int, answer: str) -> None:
        super().__init__(
            f"The reply to #{ticket} was not accepted yet{_because(answer)}.",
            f"It is tried again automatically; cancel it with: supportcli outbox cancel {number}",
        )


class ReplyUncertain(SupportError):
    """Nobody can tell whether a mail server accepted a reply."""

    def __init__(self, number: int, ticket: int, answer: str) -> None:
        super().__init__(
            f"The reply to #{ticket} may or may not have arrived{_because(answer)}.",
            (
                "If the customer did not get it, send it again with: supportcli outbox retry "
                f"{number}"
            ),
        )


class SentUnsearched(TryAgainLater):
    """A reply may have arrived, and the folder of sent mail, which would tell, cannot be
    searched."""

    def __init__(self, number: int, ticket: int, why: str) -> None:
        super().__init__(
            f"The reply to #{ticket} may have arrived, and its Sent folder cannot be searched: "
            f"{why} Nothing was sent.",
            f"To send it anyway, perhaps twice: supportcli outbox retry {number} --unsearched",
        )


class AutomaticUnfit(UsageError):
    """An automatic answer that cannot be sent without anybody looking at it. `why` is a
    sentence without its full stop, `command` the one of `mailbox` that switches it on."""

    def __init__(self, why: str, command: str) -> None:
        super().__init__(
            f"{why}. Nothing was changed.", f"See how: supportcli mailbox {command} --help"
        )


class SignatureFaulty(UsageError):
    """A text that cannot stand below each email. `faults` are sentences; the first are named."""

    def __init__(self, *faults: str) -> None:
        super().__init__(
            f"The signature was not changed: {_first_of(faults)}",
            "It may have the placeholders of canned responses: supportcli canned lint --help",
        )


class FrameFaulty(UsageError):
    """A page that cannot be the frame of emails. `faults` are sentences; the first are named."""

    def __init__(self, *faults: str) -> None:
        super().__init__(
            f"The frame was not changed: {_first_of(faults)}",
            "Correct the file and try again. Pictures from the web need --remote-pictures.",
        )


def _first_of(faults: tuple[str, ...]) -> str:
    more = f" (and {len(faults) - _SHOWN} more)" if len(faults) > _SHOWN else ""
    return " · ".join(faults[:_SHOWN]) + more


def _because(answer: str) -> str:
    return f": {answer.rstrip('.')}" if answer else ""


class SpellingFailed(SupportError):
    """The agent's own spell checker cannot be used any longer."""

    def __init__(self, command: str, cause: str) -> None:
        super().__init__(
            f"Spelling is not checked: “{command}” cannot be used, {cause}.",
            f"Try it by itself: echo word | {command}",
        )
