"""Mails that Mallory could send to get into somebody's ticket, or into its next reply, made from a
seed.

She knows the numbers of tickets, who takes part in them, who works here, how ids are made, an id
that was signed for a ticket of her own, and the Message-IDs of newsletters that others got too. She
can write any header; what our own mail server says about her she cannot choose."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

HELP, FORM, OURS = "help@shop.test", "form@shop.test", "mx.shop.test"
ADA = "ada@shop.test"
EVIL = "evil.test"
UNIQUE = "0123456789abcdefghijklmnopqrstuvwxyz"
BASE32 = "abcdefghijklmnopqrstuvwxyz234567"


@dataclass(frozen=True, slots=True)
class Victim:
    """A ticket: its number, its customer, who is in Cc, the id of its first mail, and that of a
    newsletter that the customer mentioned."""

    ticket: int
    customer: str
    cc: str
    first: str
    newsletter: str


@dataclass(frozen=True, slots=True)
class Forgery:
    """A mail and how it was made."""

    raw: bytes
    made: str


class Mallory:
    """Makes forgeries. `own` is an id that was signed for a ticket of hers."""

    def __init__(self, seed: int, victims: Sequence[Victim], own: str) -> None:
        self.rng = random.Random(seed)
        self.victims, self.own = victims, own
        self.number = 0

    @property
    def strangers(self) -> list[str]:
        """The addresses that nobody but she names."""
        return [f"m{number}@{EVIL}" for number in range(self.number + 1)]

    def forge(self) -> Forgery:
        """The next one."""
        self.number += 1
        victim = self.rng.choice(self.victims)
        naming, named = self._choose(self._namings(victim))
        authors = self._authors(victim)
        if naming.startswith("stored"):  # who knows it and is known there may join: it is the proof
            authors = {name: one for name, one in authors.items() if not name.startswith("known")}
        author, fields = self._choose(authors)
        verdict, said = self._choose(self._verdicts(form=author.startswith("form")))
        lines = {
            "Message-ID": f"<{self.number}.{self.rng.getrandbits(64):x}@{EVIL}>",
            "Date": "Mon, 2 Mar 2026 08:30:00 +0000",
            "To": HELP,
            "Subject": "Account number",
            **fields,
            **named,
        }
        if verdict == "ours, fails":
            lines |= said
        else:
            lines = {**said, **lines}  # above or below: ours stands first, if it says something
        text = "".join(f"{name.rstrip('2')}: {value}\r\n" for name, value in lines.items() if value)
        body = f"\r\nMy account is DE{self.number:020}. Please pay there from now on.\r\n"
        return Forgery((text + body).encode(), f"{author} / {naming} / {verdict}")

    def _choose(self, among: Mapping[str, Mapping[str, str]]) -> tuple[str, Mapping[str, str]]:
        name = self.rng.choice(list(among))
        return name, among[name]

    def _authors(self, victim: Victim) -> Mapping[str, Mapping[str, str]]:
        """Whom she says she is. `known` is one of the ticket, or writes for one."""
        me, customer = f"m{self.number}@{EVIL}", victim.customer
        name = customer.partition("@")[0]
        return {
            "herself": {"From": me},
            "herself, known name": {"From": f"{name} <{me}>"},
            "herself, known address as a name": {"From": f'"{customer}" <{me}>'},
            "herself, known address encoded": {
                "From": f"=?utf-8?q?{customer.replace('@', '=40')}?= <{me}>"
            },
            "herself, known sender": {"From": me, "Sender": customer},
            "herself, known reply-to": {"From": me, "Reply-To": customer},
            "herself, known cc": {"From": me, "Cc": f"{customer}, {victim.cc}"},
            "herself, known original from": {"From": me, "X-Original-From": customer},
            "herself, below the customer's domain": {
                "From": f"{name}@sub.{customer.partition('@')[2]}",
                "Cc": me,
            },
            "herself, a letter that looks alike": {
                "From": customer.replace("a", "\N{CYRILLIC SMALL LETTER A}", 1),
                "Cc": me,
            },
            "herself, below our domain": {"From": "ada@x.shop.test", "Cc": me},
            "nobody": {"From": "", "Sender": me},
            "known, sender only": {"From": "", "Sender": customer, "Cc": me},
            "known customer, reply-to": {"From": customer, "Reply-To": me},
            "known customer, two reply-to": {"From": customer, "Reply-To": f"{customer}, {me}"},
            "known customer, doubled reply-to": {
                "From": customer,
                "Reply-To": customer,
                "Reply-To2": me,
            },
            "known customer, cc": {"From": customer, "Cc": me},
            "known customer in capitals, to": {"From": customer.upper(), "To": f"{HELP}, {me}"},
            "known customer": {"From": customer},
            "known customer and herself": {"From": f"{customer}, {me}"},
            "known, herself and customer": {"From": f"{me}, {customer}"},
            "known customer, two from": {"From": customer, "From2": me},
            "known in cc": {"From": victim.cc, "Cc": me},
            "known in cc, reply-to": {"From": victim.cc, "Reply-To": me},
            "agent": {"From": ADA, "Cc": me},
            "agent, reply-to": {"From": ADA, "Reply-To": me},
            "agent, encoded": {"From": f"=?utf-8?b?QWRh?= <{ADA}>", "Cc": me},
            "colleague": {"From": f"c{self.number}@shop.test", "Cc": me},
            "our mailbox": {"From": HELP, "Cc": me},
            "our mailbox, reply-to": {"From": HELP, "Reply-To": me},
            "our plus-address": {"From": "help+x@shop.test", "Cc": me},
            "group with a known name": {
                "From": f"'{name} via Help' <{HELP}>",
                "X-Original-From": me,
                "Reply-To": HELP,
            },
            "form": {"From": FORM, "Reply-To": me},
            "form, cc": {"From": FORM, "Cc": me},
            "form, original from": {"From": FORM, "X-Original-From": me},
            "known, form for the customer": {"From": FORM, "Reply-To": customer, "Cc": me},
            "known, form for both": {"From": FORM, "Reply-To": f"{customer}, {me}"},
        }

    def _namings(self, victim: Victim) -> Mapping[str, Mapping[str, str]]:
        """How she names the ticket."""
        number = f"[#{victim.ticket}]"
        guess = self._guess(victim.ticket)
        answer = {"Subject": "Re: Grinder"}
        stored = {
            "stored id": {"In-Reply-To": victim.first},
            "stored id, last of many": {"References": f"<a@b.test> <c@d.test> {victim.first}"},
            "stored id as her own": {"Message-ID": victim.first},
        }
        return {
            "number": {"Subject": f"Re: Grinder {number}"},
            "number first": {"Subject": f"{number} Grinder"},
            "number among others": {"Subject": f"[#1] {number} [#471100]"},
            "number, encoded": {"Subject": f"=?utf-8?q?=5B=23{victim.ticket}=5D?="},
            "number, folded": {"Subject": f"x\r\n {number}"},
            "guess in reply": answer | {"In-Reply-To": f"<{guess}@shop.test>"},
            "guess in references": answer | {"References": f"<x@y.test> <{guess}@shop.test>"},
            "guess as her own": {"Message-ID": f"<{guess}@shop.test>"},
            "guess as plus-address": {"To": f"help+{guess}@shop.test"},
            "guess as delivered-to": {"Delivered-To": f"help+{guess}@shop.test"},
            "guess, two": answer
            | {"In-Reply-To": f"<{guess}@shop.test> <{self._guess(victim.ticket)}@shop.test>"},
            "newsletter": answer | {"In-Reply-To": victim.newsletter},
            "newsletter in references": answer | {"References": victim.newsletter},
            "newsletter as her own": {"Message-ID": victim.newsletter},
            "message-id nearly right": answer | {"In-Reply-To": victim.first.replace("@", "x@", 1)},
            "message-id guessed": answer
            | {"In-Reply-To": f"<{self.rng.randrange(10**6)}@{victim.customer.partition('@')[2]}>"},
            **stored,
        }

    def _guess(self, ticket: int) -> str:
        """What might be a signed id of the ticket: the unique part and the signature by lot, or
        taken from the id that was signed for her."""
        _, _, unique, signature = self.own.strip("<>").partition("@")[0].split(".")
        by_lot = "".join(self.rng.choices(BASE32, k=24))
        kind = self.rng.randrange(6)
        if kind == 0:
            return f"supportcli.{ticket}.{unique}.{signature}"
        if kind == 1:
            return f"supportcli.{ticket}.{unique}.{signature[:23]}{self.rng.choice(BASE32)}"
        if kind == 2:
            return f"supportcli.{ticket}.{unique}.{signature[:12]}{by_lot[:12]}"
        if kind == 3:
            return f"supportcli.{ticket}.{unique}.{signature[: self.rng.randrange(24)]}"
        if kind == 4:
            return f"supportcli.{ticket}.{unique}.{by_lot}"
        return f"supportcli.{ticket}.{''.join(self.rng.choices(UNIQUE, k=16))}.{by_lot}"

    def _verdicts(self, *, form: bool) -> Mapping[str, Mapping[str, str]]:
        """What stands in the mail about its sender. Our own server says `pass` only of her own
        domain, and of a form that posts for her."""
        name = "Authentication-Results"
        passed = "dmarc=pass header.from=shop.test"
        verdicts = {
            "nothing": {},
            "ours, fails": {name: f"{OURS}; dmarc=fail header.from=shop.test"},
            "ours, knows nothing": {name: f"{OURS}; dmarc=none", f"{name}2": f"{OURS}; {passed}"},
            "ours, passes herself": {name: f"{OURS}; dmarc=pass header.from={EVIL}"},
            "ours, in a comment": {name: f"{OURS} (; dmarc=pass); dmarc=none"},
            "ours, in a quote": {name: f'{OURS}; spf=pass smtp.mailfrom="a; dmarc=pass"@{EVIL}'},
            "ours, her envelope": {name: f"{OURS}; spf=pass smtp.mailfrom=x@{EVIL}"},
            "ours, her signature": {name: f"{OURS}; dkim=pass header.d={EVIL}"},
            "another server": {name: f"mx.{EVIL}; {passed}"},
            "a name like ours": {name: f"{OURS}.{EVIL}; {passed}"},
            "our name with a dot": {name: f"{OURS}.; {passed}"},
            "our name behind a dot": {name: f".{OURS}; {passed}"},
            "our name in wide letters": {name: f"{OURS.replace('s', chr(0xFF53))}; {passed}"},
            "an older header": {f"X-{name}": f"{OURS}; {passed}", "Received-SPF": "pass"},
            "a chain": {f"ARC-{name}": f"i=1; {OURS}; {passed}"},
        }
        if form:
            verdicts["ours, passes the form"] = {name: f"{OURS}; {passed}"}
        return verdicts
