"""Walking a person through the sign-in of a mailbox: what is not known is asked for, then they sign
in, or the app does, and only then is anything written."""

import sys
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from supportcli.commands.options.prompts import ask, ask_secret, can_ask
from supportcli.commands.output import printing
from supportcli.commands.setup.sign_in.options import check_fits, end_day, placed, usable
from supportcli.domain.mailbox import Mailbox, Secret
from supportcli.domain.sign_in import SignIn, SignInWay

if TYPE_CHECKING:
    from supportcli.credentials.microsoft import DeviceCode
    from supportcli.desk import Desk

PASSWORD = "password"  # noqa: S105 - the name of a way

_HOSTED = {
    "outlook.office365.com": (SignInWay.MICROSOFT, SignInWay.MICROSOFT_APP),
    "imap.gmail.com": (SignInWay.GOOGLE, SignInWay.GOOGLE_SERVICE_ACCOUNT),
}


def asked_way(box: Mailbox) -> SignInWay | None:
    """The way that a person chooses for a mailbox of Microsoft or Google that is being added; None
    for a password, or if nobody can be asked, or has to be."""
    ways = _HOSTED.get(box.imap.host, ())
    if not ways or not can_ask():
        return None
    names = [*(one.value for one in ways), PASSWORD]
    chosen = _chosen("How does it sign in", "--sign-in", names)
    return None if chosen == PASSWORD else SignInWay(chosen)


def _chosen(question: str, option: str, names: Sequence[str]) -> str:
    """One of these names, the first if a person just presses enter. UsageError if it is none."""
    from supportcli.errors import UsageError

    listed = ", ".join(names)
    chosen = ask(f"{question} ({listed})", option, default=names[0] if can_ask() else None)
    if chosen not in names:
        raise UsageError(f"“{chosen}” is not a way to sign in here.", f"Use one of: {listed}.")
    return chosen


def check_installed(way: object) -> None:
    """OAuthExtraMissing if the library of this way is not there, before a person is asked for
    anything; no way needs none."""
    if isinstance(way, SignInWay):
        from supportcli.credentials import ways

        ways.check_installed(way)


def completed(desk: "Desk", box: Mailbox, fields: Mapping[str, object]) -> SignIn:
    """A sign-in with all that it needs; what is missing is asked for. UsageError that names the
    option if nobody can be asked."""
    known = dict(fields)
    if "way" not in known:
        ways = _HOSTED.get(box.imap.host, tuple(SignInWay))
        known["way"] = SignInWay(_chosen("Way to sign in", "--way", ways))
        check_fits(known["way"], [name for name, value in fields.items() if value])
    check_installed(known["way"])
    known["tokens"] = _place(box, str(known.get("tokens") or "file"))
    sign_in = SignIn(**known)  # type: ignore[arg-type]  # the fields of one, as `merged` gives them
    while name := sign_in.lacks():
        known |= _asked(desk, box, name)
        sign_in = SignIn(**known)  # type: ignore[arg-type]
    if sign_in.way is SignInWay.MICROSOFT and not sign_in.user and can_ask():
        known["user"] = ask("Who signs in", "--user-signs-in", default=box.username).lower()
        sign_in = SignIn(**known)  # type: ignore[arg-type]
    return sign_in


def unclear_end(before: SignIn | None, now: SignIn, today: date) -> str:
    """What has to be said of the day on which the client secret ends of an app that has just signed
    in, since a sync warns before that day; "" if there is nothing to say."""
    ends = now.client_secret_expires
    if ends is not None and ends < today:
        return f"It has signed in, though config.toml says that its client secret ended on {ends}"
    had = before is not None and before.client_secret_expires is not None
    if now.client_secret and ends is None and had:
        return "Nobody has said until when its new client secret is valid"
    return ""


def performed(desk: "Desk", box: Mailbox, sign_in: SignIn, *, aside: bool = False) -> str:
    """Sign in: a person does, or the app shows that it can; returns who it was. With `aside` what
    a person has to do is said on standard error."""
    from supportcli.credentials.sign_ins import MailboxSignIn
    from supportcli.credentials.ways import Prompts

    def say(sentence: str) -> None:
        (printing.warn if aside else printing.say)(sentence)
        sys.stdout.flush()  # who reads it through a pipe has to act on it

    def device(code: "DeviceCode") -> None:
        say(f"Open {code.address} in a browser, on any machine, and enter the code {code.code}")
        say(_whom(sign_in, box, code.seconds / 60))

    def browser(address: str) -> None:
        say(f"Open this address in a browser: {address}")
        say(_whom(sign_in, box, 15))
        if can_ask():
            say(
                "In a browser on another machine it ends at a page that cannot be opened: paste "
                "the address of that page here."
            )

    def wrong(why: str) -> None:
        say(f"That is not the address at which the browser ended: {why}. Paste that one.")

    seconds = desk.settings.sign_in_timeout
    found = MailboxSignIn(box, sign_in, desk.settings.path, desk.clock, seconds)
    if sign_in.way.by_person:
        return found.ask_person(Prompts(device, browser, wrong))
    found.ask_app()
    return f"the {'app' if sign_in.way is SignInWay.MICROSOFT_APP else 'service account'}"


def of_new(desk: "Desk", box: Mailbox, way: SignInWay | None, authority: str = "") -> Secret | None:
    """The sign-in of a mailbox that is being added, at this login server if it is not the usual
    one; None if it has a password, or nobody said. UsageError if `way` is given and nobody can be
    asked for the rest."""
    from supportcli.errors import UsageError

    if way is not None and not can_ask():
        raise UsageError(
            "--sign-in asks questions, and there is no terminal to ask at.",
            f"Leave it out, then run: supportcli mailbox sign-in {box.address} --way {way} --help",
        )
    chosen = way or asked_way(box)
    if chosen is None:
        return None
    sign_in = completed(desk, box, {"way": chosen, "authority": authority})
    printing.say(f"Signed in: {performed(desk, box, sign_in)}.")
    return Secret(sign_in=sign_in)


def _whom(sign_in: SignIn, box: Mailbox, minutes: float) -> str:
    user = sign_in.user or box.username
    return f"Sign in as {user}. Waiting for up to {minutes:.0f} minutes; ctrl+c stops it."


def _place(box: Mailbox, typed: str) -> str:
    """Where tokens are kept, as config.toml says it."""
    from supportcli.errors import UsageError

    if typed == "file":
        return f"file:tokens/{box.address.replace('/', '_')}.json"
    if typed == "keyring":
        return f"keyring:{box.address}/tokens"
    if typed.startswith(("file:", "keyring:")):
        return typed
    raise UsageError(f"“{typed}” is no place for tokens.", "Use --tokens file or --tokens keyring.")


_QUESTIONS = {
    "client_id": ("Application (client) ID of the app's registration", "--client-id"),
    "tenant": ("Directory (tenant) ID", "--tenant"),
    "client_file": ("JSON file of the OAuth client (Desktop app)", "--client-file"),
    "key_file": ("JSON key file of the service account", "--key-file"),
}


def _asked(desk: "Desk", box: Mailbox, name: str) -> dict[str, object]:
    """What a person answers about a field."""
    if name != "client_secret":
        answer = ask(*_QUESTIONS[name])
        return {name: placed(answer) if name.endswith("_file") else usable(name, answer)}
    if not can_ask():
        ask("Client secret", "--client-secret REFERENCE or --certificate FILE")  # raises
    typed = ask_secret("Client secret, its Value (empty: it has a certificate)")
    if not typed:
        return {"certificate": placed(ask("PEM file of certificate and key", "--certificate"))}
    ends = ask("Until when is it valid (YYYY-MM-DD)", "--client-secret-expires", default="unknown")
    expires = end_day(ends, desk.now().date()) if ends != "unknown" else None
    return {"client_secret": _kept(desk, box, typed), "client_secret_expires": expires}


def _kept(desk: "Desk", box: Mailbox, secret: str) -> str:
    """Keep a client secret beside config.toml, for this user alone, where cron can read it."""
    from supportcli.credentials.private_files import OURS, keep_private

    name = f"{OURS}{box.address.replace('/', '_')}.client-secret"
    keep_private(name, desk.settings.path, secret + "\n")
    return f"file:{name}"
