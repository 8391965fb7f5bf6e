"""The options of `supportcli mailbox sign-in`, and what they say."""

from dataclasses import fields as dataclass_fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.domain.sign_in import SignIn, SignInWay, unusable
from supportcli.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MEANS = (
    "microsoft: a person, by a code; microsoft-app: the app itself; google: a person, in a "
    "browser; google-service-account: by domain-wide delegation."
)


def _text(metavar: str, help_: str) -> typer.models.OptionInfo:
    """An option that takes a text."""
    option: typer.models.OptionInfo = typer.Option(metavar=metavar, help=help_, show_default=False)
    return option


Way = Annotated[
    SignInWay | None, typer.Option("--way", help=f"Who signs in. {_MEANS}", show_default=False)
]
SignInAs = Annotated[
    SignInWay | None,
    typer.Option("--sign-in", help=f"Sign in without a password. {_MEANS}", show_default=False),
]
UserSignsIn = Annotated[
    str | None,
    _text("ADDRESS", "Who signs in, if the mailbox is shared. Default: the mailbox's user."),
]
ClientId = Annotated[str | None, _text("ID", "Microsoft: the Application (client) ID.")]
Tenant = Annotated[str | None, _text("ID", "Microsoft: the Directory (tenant) ID.")]
Authority = Annotated[str | None, _text("URL", "Microsoft: the login server of a national cloud.")]
ClientSecret = Annotated[
    str | None,
    _text("REFERENCE", "microsoft-app: where its secret is (env:NAME, keyring:NAME, file:PATH)."),
]
ClientSecretExpires = Annotated[
    str | None, _text("YYYY-MM-DD", "microsoft-app: until when the secret is valid.")
]
CertificateFile = Annotated[
    str | None, _text("FILE", "microsoft-app: a PEM file with certificate and key, instead.")
]
ClientFile = Annotated[
    str | None, _text("FILE", "google: the JSON of the OAuth client (Desktop app).")
]
KeyFile = Annotated[
    str | None, _text("FILE", "google-service-account: the JSON key of the account.")
]
Tokens = Annotated[
    str | None,
    _text(
        "file|keyring",
        "Where the tokens are kept. Default: file, which cron can read; only you can.",
    ),
]


_OF_PROVIDER = ["tokens", "client_id", "tenant", "authority"]


def merged(
    before: SignIn | None,
    way: SignInWay | None,
    typed: "Mapping[str, str | None]",
    today: date,
) -> dict[str, object]:
    """The fields of a sign-in: as typed, else as before, of another way at the same provider only
    what names the app. UsageError if something cannot be meant."""
    fields: dict[str, object] = {}
    if before is not None:
        same = way in (None, before.way)
        kept = [field.name for field in dataclass_fields(before)] if same else _OF_PROVIDER
        if same or (way and way.provider == before.way.provider):
            fields = {name: getattr(before, name) for name in kept}
    if way is not None:
        fields["way"] = way
    check_fits(fields.get("way"), [name for name, value in typed.items() if value])
    for name, value in typed.items():
        if value:
            fields[name] = _meant(name, value, today)
    return fields | _replaced(typed)


def _replaced(typed: "Mapping[str, str | None]") -> dict[str, object]:
    """What is over with what was typed: a certificate replaces a secret, and a new secret has a
    day of its own."""
    if typed.get("certificate"):
        return {"client_secret": "", "client_secret_expires": None}
    if not typed.get("client_secret"):
        return {}
    day = {} if typed.get("client_secret_expires") else {"client_secret_expires": None}
    return {"certificate": "", **day}


_OF_WAY = {
    SignInWay.MICROSOFT: {"user", "client_id", "tenant", "authority"},
    SignInWay.MICROSOFT_APP: {
        "client_id",
        "tenant",
        "authority",
        "client_secret",
        "client_secret_expires",
        "certificate",
    },
    SignInWay.GOOGLE: {"user", "client_file"},
    SignInWay.GOOGLE_SERVICE_ACCOUNT: {"key_file"},
}
"""What may be typed for each way, besides where its tokens are kept."""


def check_fits(way: object, typed: "Sequence[str]") -> None:
    """UsageError if two of these fields exclude each other, or one belongs to another way."""
    from supportcli.errors import UsageError

    if "certificate" in typed and {"client_secret", "client_secret_expires"} & set(typed):
        raise UsageError(
            "An app signs in with a secret or with a certificate, not with both.",
            "Give --client-secret or --certificate, and leave the other out.",
        )
    if not isinstance(way, SignInWay):
        return
    for name in typed:
        if name not in _OF_WAY[way] | {"tokens"}:
            others = ", ".join(one for one, fields in _OF_WAY.items() if name in fields)
            raise UsageError(
                f"{_option(name)} says nothing about a mailbox that signs in as {way}.",
                f"Leave it out, or choose the way that it belongs to with --way: {others}.",
            )


def _option(name: str) -> str:
    return "--user-signs-in" if name == "user" else f"--{name.replace('_', '-')}"


def _meant(name: str, typed: str, today: date) -> object:
    """The value of an option."""
    match name:
        case "client_secret":
            _check_reference(typed)
            return typed
        case "client_secret_expires":
            return end_day(typed, today)
        case "certificate" | "client_file" | "key_file":
            return placed(typed)
        case "user":
            return typed.strip().lower()
        case _:
            return usable(name, typed.strip().rstrip("/"))


def usable(name: str, typed: str) -> str:
    """What was typed for a field; UsageError if it cannot become part of an address."""
    from supportcli.errors import UsageError

    if wrong := unusable({name: typed}):
        raise UsageError(
            f"“{clean(typed)}” is no {name}.", f"It {wrong[1]}: give it with --{name}."
        )
    return typed


def placed(typed: str) -> str:
    """A file as config.toml names it: from anywhere."""
    return str(Path(typed).expanduser().absolute())


def end_day(typed: str, today: date) -> date:
    """The day on which something ends; UsageError if it is none, or over."""
    from supportcli.errors import UsageError

    hint = "Write it as 2027-05-01, as the portal shows it."
    try:
        found = date.fromisoformat(typed.strip())
    except ValueError:
        raise UsageError(f"“{clean(typed)}” is not a day.", hint) from None
    if found < today:
        raise UsageError(
            f"The client secret ended on {found}, so nobody can sign in with it.",
            "Check the day, or make a new secret under Certificates & secrets.",
        )
    return found


def _check_reference(typed: str) -> None:
    from supportcli.credentials import references
    from supportcli.errors import ConfigurationError, UsageError

    try:
        references.parted(typed)
    except ConfigurationError as error:  # in config.toml it would be that
        raise UsageError(error.sentence, error.hint) from error
