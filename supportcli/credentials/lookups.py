"""Ask another system about a customer: the person's own command, or an HTTPS address. Only
config.toml names them; nothing of it is ever read from the shared database."""

import json
from pathlib import Path
from urllib.parse import quote

from supportcli.credentials.https import Https
from supportcli.credentials.programs import ProgramFailed, printed
from supportcli.domain.people.lookup import LookupSource
from supportcli.errors.people import LookupFailed
from supportcli.errors.tokens import SignInUnreachable
from supportcli.terminal import clean

_SECONDS = 10.0
_ABSENT = 404
_OK = 200


def asked(source: LookupSource, address: str, config: Path) -> object:
    """What JSON the other system gives about an address; None if it knows nothing. LookupFailed."""
    if not address.isprintable():  # no program and no server takes control characters
        raise LookupFailed("an address with control characters is not passed on")
    if source.command:
        return _parsed(_of_command(source.command, address, config), "the command")
    url = source.url.replace("{address}", quote(address, safe=""))
    try:
        answer = Https(_SECONDS)(url, headers={"Accept": "application/json"})
    except SignInUnreachable as error:
        why = error.sentence.removeprefix("The sign-in server ").removesuffix(".")
        raise LookupFailed(why) from error
    if answer.status_code == _ABSENT:
        return None
    if answer.status_code != _OK:
        raise LookupFailed(f"it answered with HTTP {answer.status_code}")
    return _parsed(answer.text, "the server")


def _of_command(line: str, address: str, config: Path) -> str:
    if address.startswith("-"):  # a program would take it for an option
        raise LookupFailed("an address that begins with - is not passed on")
    try:
        return printed(line, config, address)
    except ProgramFailed as failed:
        raise LookupFailed(failed.cause) from failed


def _parsed(text: str, what: str) -> object:
    try:
        found: object = json.loads(text) if text.strip() else None
    except (ValueError, RecursionError) as error:
        raise LookupFailed(f"{what} gives no JSON ({clean(str(error))[:80]})") from error
    return found
