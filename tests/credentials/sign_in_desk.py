"""A desk whose mailbox signs in at the issuer of the tests."""

import json
import ssl
import threading
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import Any

from supportcli.credentials.sign_ins import MailboxSignIn
from supportcli.credentials.ways import Prompts
from supportcli.domain.sign_in import SignIn, SignInWay
from tests.channels.boxes import mailbox_at
from tests.desk.desks import StandingClock
from tests.servers.issuer import CLIENT_ID, CLIENT_SECRET, PERSON, TENANT, Issuer

HELP = "help@shop.test"


class Desk:
    """A folder with a config.toml, and the sign-ins of help@shop.test in each way."""

    def __init__(self, folder: Path, issuer: Issuer, clock: StandingClock) -> None:
        self.config = folder / "config.toml"
        self.issuer, self.clock = issuer, clock

    def private(self, name: str, text: str) -> str:
        path = self.config.parent / name
        path.write_text(text)
        path.chmod(0o600)
        return name

    def way(self, way: SignInWay, **changes: Any) -> MailboxSignIn:
        sign_in = SignIn(way, tokens="file:tokens/help.json")
        if way.provider == "Microsoft":
            sign_in = replace(
                sign_in, client_id=CLIENT_ID, tenant=TENANT, authority=self.issuer.url
            )
        match way:
            case SignInWay.MICROSOFT:
                sign_in = replace(sign_in, user=PERSON)
            case SignInWay.MICROSOFT_APP:
                name = self.private("secret", CLIENT_SECRET)
                sign_in = replace(sign_in, client_secret=f"file:{name}")
            case SignInWay.GOOGLE:
                name = self.private("client.json", json.dumps(self.issuer.google_client()))
                sign_in = replace(sign_in, client_file=name)
            case SignInWay.GOOGLE_SERVICE_ACCOUNT:
                name = self.private("key.json", json.dumps(self.issuer.google_account()))
                sign_in = replace(sign_in, key_file=name)
        box = mailbox_at(user=HELP)
        return MailboxSignIn(box, replace(sign_in, **changes), self.config, self.clock)

    def signed_in(self, way: SignInWay, **changes: Any) -> MailboxSignIn:
        """As `way`; a person has signed in."""
        found = self.way(way, **changes)
        if way.by_person:
            self.issuer.approve()
            found.ask_person(Prompts(lambda _code: None, visiting))
        return found


def visit(address: str) -> None:
    """A browser on this machine follows an address, and where it leads."""
    urllib.request.urlopen(
        f"https://{address.removeprefix('https://')}", context=ssl.create_default_context()
    ).read()


def visiting(address: str) -> None:
    """As `visit`, while the program waits."""
    threading.Thread(target=visit, args=(address,)).start()
