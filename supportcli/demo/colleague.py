"""What a colleague did before the agent came: some tickets are taken, tagged, noted, waiting or solved, as on any desk."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from supportcli.config import Settings
from supportcli.desk import Desk, open_desk
from supportcli.desk.tickets import assign, note, prioritise, solve, tag, wait
from supportcli.desk.views import each_line
from supportcli.domain.mail import Address
from supportcli.domain.ticket import Priority

COLLEAGUE = Address("Nils", "nils@halden.test")

Verb = Callable[[Desk, Sequence[int]], object]
"""A verb of an agent, to be done to tickets."""


@dataclass(frozen=True, slots=True)
class Deed:
    """A verb, done `ago` before the demo's start to the ticket whose subject begins with `subject`."""

    ago: timedelta
    subject: str
    verb: Verb


def _tagged(name: str) -> Verb:
    return lambda desk, numbers: tag(desk, numbers, add={name})


def _taken_by(who: str) -> Verb:
    return lambda desk, numbers: assign(desk, numbers, who)


def _of_priority(priority: Priority) -> Verb:
    return lambda desk, numbers: prioritise(desk, numbers, priority)


def _noted(text: str) -> Verb:
    return lambda desk, numbers: note(desk, numbers[0], text)


DEEDS = (
    Deed(timedelta(days=7, hours=2), "Rechnung HD-20299", _noted("Booked the one with the discount and cancelled the other. Told her on the phone.")),
    Deed(timedelta(days=7, hours=2), "Rechnung HD-20299", solve),
    Deed(timedelta(days=6), "Richiesta di accesso", _tagged("gdpr")),
    Deed(timedelta(days=3, hours=20), "Undelivered Mail", _noted("Paul has moved. I have asked his brother for the new address.")),
    Deed(timedelta(days=3, hours=19), "Bedienungsanleitung", wait),
    Deed(timedelta(days=2), "Bestellung für zwei", _tagged("trade")),
    Deed(timedelta(hours=22), "This week:", solve),
    Deed(timedelta(hours=15), "Your pickup of", solve),
    Deed(timedelta(hours=11), "Cobrança em dobro", _tagged("refund")),
    Deed(timedelta(hours=9), "Re: your website", solve),
    Deed(timedelta(hours=7), "[ACTION REQUIRED]", _tagged("phishing")),
    Deed(timedelta(hours=7), "[ACTION REQUIRED]", _noted("Do not click. The sender writes Halden with a 1.")),
    Deed(timedelta(hours=2, minutes=50), "Warranty:", _tagged("warranty")),
    Deed(timedelta(hours=2, minutes=30), "Aria 2 arrived", _noted("The courier admits the tear. One Aria 2 is left, I put it aside for her.")),
    Deed(timedelta(hours=2, minutes=29), "Aria 2 arrived", _taken_by("ada@halden.test")),
    Deed(timedelta(hours=2, minutes=10), "Bestellung für zwei", _taken_by("nils@halden.test")),
    Deed(timedelta(hours=1, minutes=30), "Steam wand", _of_priority(Priority.HIGH)),
    Deed(timedelta(hours=1), "Refund for HD-20311", _tagged("refund")),
    Deed(timedelta(hours=1), "Refund for HD-20311", _of_priority(Priority.URGENT)),
)


def work(settings: Settings, now: datetime) -> None:
    """Do all deeds as the colleague, each at its time, in order."""
    with closing(open_desk(replace(settings, agent=COLLEAGUE.address))) as desk:
        lines = list(each_line(desk, "status:any"))
        for deed in DEEDS:
            numbers = [line.number for line in lines if line.subject.startswith(deed.subject)]
            deed.verb(replace(desk, clock=partial(_moment, now - deed.ago)), numbers)


def _moment(moment: datetime) -> datetime:
    return moment
