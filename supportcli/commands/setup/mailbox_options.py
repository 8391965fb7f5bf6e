"""The options of `supportcli mailbox` that several of its commands take."""

from typing import Annotated

import typer

from supportcli.commands.options.completion import mailboxes
from supportcli.domain.mailbox import Security, SentCopies
from supportcli.domain.setup.mail_providers import HOSTS

Which = Annotated[
    str, typer.Argument(metavar="ADDRESS", help="The mailbox.", autocompletion=mailboxes)
]
NewAddress = Annotated[
    str | None,
    typer.Argument(
        metavar="ADDRESS", help="The address that customers write to.", show_default=False
    ),
]
BoxName = Annotated[str, typer.Option(help="What the team calls it.")]
ImapPlace = Annotated[
    str | None,
    typer.Option(metavar="HOST:PORT", help="The server to fetch mail from.", show_default=False),
]
SmtpPlace = Annotated[
    str | None,
    typer.Option(
        metavar="HOST:PORT", help="The server to send replies through.", show_default=False
    ),
]
Encryption = Annotated[
    Security | None,
    typer.Option(help="Encryption for both servers. Default: tls.", show_default=False),
]
SmtpEncryption = Annotated[
    Security | None,
    typer.Option(help="Encryption for SMTP, if it differs.", show_default=False),
]
UserName = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="The login. Default: the address.", show_default=False),
]
SecretReference = Annotated[
    str | None,
    typer.Option(
        "--secret",
        metavar="REFERENCE",
        help=(
            "Where the password is: env:NAME, keyring:NAME, file:PATH or command:'PROGRAM "
            "ARGUMENTS'."
        ),
        show_default=False,
    ),
]
TokenCommand = Annotated[
    str | None,
    typer.Option(
        "--token-command",
        metavar="'PROGRAM ARGUMENTS'",
        help="A program that prints an access token (OAuth) as one line, instead of a password.",
        show_default=False,
    ),
]

AuthservId = Annotated[
    str | None,
    typer.Option(
        "--authserv-id",
        metavar="NAME",
        help=(
            "Trust the Authentication-Results that your mail server writes under this name, "
            "such as mx.shop.example."
        ),
        show_default=False,
    ),
]
Provider = Annotated[
    str | None,
    typer.Option(
        metavar="|".join(HOSTS),
        help="Fill in the servers.",
        show_default=False,
        autocompletion=lambda: list(HOSTS),
    ),
]
History = Annotated[
    str | None,
    typer.Option(
        metavar="none|30d|all",
        help="How much of the existing mail to bring in, silently.",
        show_default=False,
    ),
]
Folders = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="Read this folder as well as INBOX.", show_default=False),
]
Aliases = Annotated[
    list[str] | None,
    typer.Option(
        metavar="ADDRESS",
        help="An address whose mail comes here too: it is ours, and never answered.",
        show_default=False,
    ),
]
AfterImport = Annotated[
    str | None,
    typer.Option(
        metavar="nothing|seen|move:FOLDER",
        help="What happens on the server to new mail that became a message. Default: nothing.",
        show_default=False,
    ),
]
PerMinute = Annotated[
    str | None,
    typer.Option(
        metavar="N|none",
        help="How many replies leave in a minute at most; the others wait for their turn.",
        show_default=False,
    ),
]
PerHour = Annotated[
    str | None,
    typer.Option(
        metavar="N|none", help="How many replies leave in an hour at most.", show_default=False
    ),
]
SentCopiesKept = Annotated[
    str | None,
    typer.Option(
        "--sent-copies",
        metavar="auto|always|never",
        help=(
            "Whether a copy of each reply is put into the folder of sent mail. auto: unless the "
            "provider does so, as Gmail and Microsoft 365 do."
        ),
        show_default=False,
        autocompletion=lambda: [one.value for one in SentCopies],
    ),
]
Insecure = Annotated[
    bool,
    typer.Option(
        "--insecure",
        help=(
            "Allow --security none for a server on another machine: the password is then sent "
            "unencrypted."
        ),
    ),
]
