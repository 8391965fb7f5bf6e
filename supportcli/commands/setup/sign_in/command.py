"""`supportcli mailbox sign-in`: tokens of Microsoft or Google instead of a password."""

from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.options.location import desk_of
from supportcli.commands.options.prompts import ask, can_ask
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson
from supportcli.commands.setup import secrets
from supportcli.commands.setup.mailbox_options import Which
from supportcli.commands.setup.sign_in import walking
from supportcli.commands.setup.sign_in.options import (
    Authority,
    CertificateFile,
    ClientFile,
    ClientId,
    ClientSecret,
    ClientSecretExpires,
    KeyFile,
    Tenant,
    Tokens,
    UserSignsIn,
    Way,
    merged,
)
from supportcli.domain.mailbox import Mailbox, Secret

if TYPE_CHECKING:
    from supportcli.desk import Desk

app = typer.Typer(rich_markup_mode=None)


@app.command(
    "sign-in",
    epilog=examples(
        "supportcli mailbox sign-in help@shop.example",
        "supportcli mailbox sign-in help@shop.example --way microsoft \\",
        "    --client-id 1f… --tenant 2e… --user-signs-in ada@shop.example",
        "supportcli mailbox sign-in help@shop.example --way microsoft-app \\",
        "    --client-id 1f… --tenant 2e… --client-secret file:/etc/desk/secret \\",
        "    --client-secret-expires 2027-05-01",
        "supportcli mailbox sign-in help@shop.example --way google \\",
        "    --client-file client.json",
    ),
)
def sign_in(
    ctx: typer.Context,
    address: Which,
    *,
    way: Way = None,
    user_signs_in: UserSignsIn = None,
    client_id: ClientId = None,
    tenant: Tenant = None,
    authority: Authority = None,
    client_secret: ClientSecret = None,
    client_secret_expires: ClientSecretExpires = None,
    certificate: CertificateFile = None,
    client_file: ClientFile = None,
    key_file: KeyFile = None,
    tokens: Tokens = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Sign in with Microsoft or Google instead of a password. You need the extra 'oauth', and an
    app of your organisation: docs/sign-in.md shows how to register one.

    What you leave out stays as it was, or is asked for. A person signs in once; after that, sync
    renews the tokens by itself. Nothing is changed until the sign-in has worked."""
    from supportcli.desk.setup import founding

    typed = {
        "user": user_signs_in,
        "client_id": client_id,
        "tenant": tenant,
        "authority": authority,
        "client_secret": client_secret,
        "client_secret_expires": client_secret_expires,
        "certificate": certificate,
        "client_file": client_file,
        "key_file": key_file,
        "tokens": tokens,
    }
    with desk_of(ctx) as desk:
        box = founding.mailbox(desk, address)
        known, today = desk.settings.secrets.get(box.address), desk.now().date()
        fields = merged(known.sign_in if known else None, way, typed, today)
        walking.check_installed(fields.get("way"))
        if not (yes or _trusts(box, known)):
            printing.say("Nothing was changed.")
            return
        wanted = walking.completed(desk, box, fields)
        who = walking.performed(desk, box, wanted, aside=as_json)
        secrets.trust(desk, box, Secret(sign_in=wanted))
    if as_json:
        printing.emit({"address": box.address, "way": wanted.way.value, "signed_in": who})
    else:
        printing.say(
            f"Signed in for {box.address}: {who}. Try it with: supportcli mailbox test "
            f"{box.address}"
        )
    if unclear := walking.unclear_end(known.sign_in if known else None, wanted, today):
        printing.warn(
            f"{unclear}.",
            f"Say so with: supportcli mailbox sign-in {box.address} --client-secret-expires "
            "YYYY-MM-DD",
        )


def _trusts(box: Mailbox, known: Secret | None) -> bool:
    """Whether the mailbox's servers may be shown tokens: those that had a secret before may, and
    for others a person is asked."""
    from supportcli import credentials
    from supportcli.errors import SupportError

    try:
        credentials.check_servers(known or Secret(), box)
    except SupportError:
        servers = (
            f"{box.imap} ({box.imap.security.value}) and {box.smtp} ({box.smtp.security.value})"
        )
        question = f"Tokens for {box.address} will be shown to {servers}. Is that right? (yes/no)"
        return ask(question, "--yes", default="no").lower() in {"y", "yes"}
    return True


def offered(desk: "Desk", box: Mailbox) -> bool:
    """Offer to sign in again, after a test has shown that the sign-in is over; whether that was
    done."""
    known = desk.settings.secrets.get(box.address)
    if known is None or known.sign_in is None or not known.sign_in.way.by_person or not can_ask():
        return False
    if not typer.confirm("Sign in now?", default=True):
        return False
    printing.say(f"Signed in: {walking.performed(desk, box, known.sign_in)}.")
    return True
