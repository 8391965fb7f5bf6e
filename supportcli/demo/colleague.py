"""What a colleague did before the agent came: some tickets have been answered, taken, tagged, given
a note or solved, as on any desk. What the shop answers in the stories is in its Sent folder."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from supportcli.config import Settings
from supportcli.desk import Desk, open_desk
from supportcli.desk.replies.writing import reply
from supportcli.desk.tickets.lists import each_line
from supportcli.desk.tickets.verbs import assign, note, prioritise, solve, tag
from supportcli.domain.mail import Address
from supportcli.domain.tickets.ticket import Priority

COLLEAGUE = Address("Nils", "nils@halden.test")

Verb = Callable[[Desk, Sequence[int]], object]
"""An agent's action on tickets."""


@dataclass(frozen=True, slots=True)
class PastVerb:
    """A verb, done `ago` before the demo's start to the ticket whose subject begins with
    `subject`."""

    ago: timedelta
    subject: str
    verb: Verb


def _tagged(*names: str) -> Verb:
    return lambda desk, numbers: tag(desk, numbers, add=set(names))


def _taken_by(who: str) -> Verb:
    return lambda desk, numbers: assign(desk, numbers, who)


def _of_priority(priority: Priority) -> Verb:
    return lambda desk, numbers: prioritise(desk, numbers, priority)


def _noted(text: str) -> Verb:
    return lambda desk, numbers: note(desk, numbers[0], text)


def _answered(text: str) -> Verb:
    """Answer, and leave the ticket to the next agent."""

    def answer(desk: Desk, numbers: Sequence[int]) -> None:
        reply(desk, numbers[0], text)
        assign(desk, numbers, None)

    return answer


def _received(ago: timedelta, subject: str, what: str) -> PastVerb:
    text = f"Thank you for writing. {what}\n\nNils from Halden & Daughters"
    return PastVerb(ago, subject, _answered(text))


PAST_VERBS = tuple(
    sorted(
        (
            PastVerb(
                timedelta(days=7, hours=23),
                "Rechnung HD-20299",
                _answered("Please pay the one with the discount; the other has been cancelled."),
            ),
            PastVerb(timedelta(days=7, hours=22), "Rechnung HD-20299", solve),
            _received(
                timedelta(days=7),
                "Richiesta di accesso",
                "Your request is with Mrs Halden, who keeps our customers' data.",
            ),
            PastVerb(timedelta(days=6), "Richiesta di accesso", _tagged("gdpr")),
            _received(
                timedelta(days=3), "Eksik parça", "I have asked our workshop for the missing part."
            ),
            _received(
                timedelta(days=2, hours=22),
                "Який фільтр",
                "I'll ask our workshop which filter is right for your water.",
            ),
            _received(
                timedelta(days=2, hours=5),
                "Factura con CIF",
                "Our bookkeeper will send you the invoice.",
            ),
            PastVerb(timedelta(days=2, hours=5), "Factura con CIF", _tagged("vip")),
            _received(
                timedelta(days=2, hours=4),
                "Zwrot młynka",
                "Please send it to the address on the parcel; return postage is free.",
            ),
            PastVerb(timedelta(days=2), "Bestellung für zwei", _tagged("trade")),
            _received(
                timedelta(days=1, hours=7), "Aria 2 は", "I'll ask the workshop about 100 V."
            ),
            _received(
                timedelta(days=1, hours=6),
                "Mahlwerk der Brunn",
                "A sound file would help us: could you record it?",
            ),
            _received(
                timedelta(hours=24),
                "[Contact form]",
                "Could you send us the number on the gift card?",
            ),
            _received(
                timedelta(hours=23),
                "Fwd: Your order HD-20449",
                "I'll check the order and get back to you.",
            ),
            PastVerb(timedelta(hours=22), "This week:", solve),
            PastVerb(timedelta(hours=15), "Your pickup of", solve),
            PastVerb(timedelta(hours=11), "Cobrança em dobro", _tagged("refund")),
            PastVerb(timedelta(hours=9), "Re: your website", solve),
            PastVerb(timedelta(hours=7), "[ACTION REQUIRED]", _tagged("phishing")),
            PastVerb(
                timedelta(hours=7),
                "[ACTION REQUIRED]",
                _noted("Do not click. The sender writes Halden with a 1."),
            ),
            _received(
                timedelta(hours=6, minutes=20),
                "Fwd: Your order HD-20449",
                "You'll get the difference back today.",
            ),
            _received(
                timedelta(hours=6, minutes=10),
                "Zwrot młynka",
                "You were in time: what counts is the day you wrote.",
            ),
            _received(
                timedelta(hours=4, minutes=40),
                "Aria 2 は",
                "The plug is type C; with an adapter and a transformer it works.",
            ),
            PastVerb(timedelta(hours=2, minutes=50), "Warranty:", _tagged("warranty", "vip")),
            PastVerb(
                timedelta(hours=2, minutes=30),
                "Aria 2 arrived",
                _noted(
                    "The courier has accepted responsibility for the tear. There is one Aria "
                    "2 left; "
                    "I have put it aside for her."
                ),
            ),
            PastVerb(
                timedelta(hours=2, minutes=29), "Aria 2 arrived", _taken_by("ada@halden.test")
            ),
            PastVerb(
                timedelta(hours=2, minutes=10), "Bestellung für zwei", _taken_by("nils@halden.test")
            ),
            PastVerb(timedelta(hours=1, minutes=30), "Steam wand", _of_priority(Priority.HIGH)),
            PastVerb(timedelta(hours=1), "Refund for HD-20311", _tagged("refund")),
            PastVerb(timedelta(hours=1), "Refund for HD-20311", _of_priority(Priority.URGENT)),
        ),
        key=lambda past: -past.ago,
    )
)
"""In the order in which they were done."""


def work(settings: Settings, now: datetime, earliest: timedelta, latest: timedelta) -> None:
    """Do the verbs from `earliest` until before `latest` ago as the colleague, each at its time, in
    order."""
    with closing(open_desk(replace(settings, agent=COLLEAGUE.address))) as desk:
        lines = list(each_line(desk, "status:any"))
        for past in PAST_VERBS:
            if latest < past.ago <= earliest:
                numbers = [line.number for line in lines if line.subject.startswith(past.subject)]
                past.verb(replace(desk, clock=partial(_moment, now - past.ago)), numbers)


def _moment(moment: datetime) -> datetime:
    return moment
