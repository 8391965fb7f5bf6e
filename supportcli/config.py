"""config.toml: what belongs to one person on one machine. Everything that the team shares is in the
database.

```toml
database = "/srv/support/desk.db"     # a file, or postgresql+psycopg://…
agent = "ada@shop.test"               # who I am

[secrets."help@shop.test"]            # a mailbox whose password I have
secret = "keyring:help@shop.test"     # a reference to it
servers = [                           # the servers that may get it
  "imaps://help@imap.shop.test:993",
  "smtp+starttls://help@smtp.shop.test:587",
]                                     # instead of secret: token_command = "PROGRAM ARGUMENTS", or
                                      # a table sign_in (see domain.sign_in.SignIn)

[inbox]
theme = "desk-dark"
save_to = "~/Downloads"               # where the inbox saves files of customers
open_with = "xdg-open"                # what opens one; without it the inbox opens none
density = "compact"                   # a line a ticket; or "comfortable", two lines
notify = "osc9"                       # what is for me: a notification (or "osc777"), "bell", "off"
quiet = "18:00-08:00"                 # but not at these times of day
spell_command = "aspell -a"           # what checks my spelling, as ispell -a does (hunspell -a)
pictures = "auto"                     # or "kitty", "iterm2", "sixel", "blocks", "off"
compose_in = "editor"                 # write every text in $EDITOR; or "inbox", its own composer
confirm_send = false                  # send with one key; without this line, a question comes first

[inbox.commands.jira]                 # a program of mine, in the inbox behind | and its key
run = "jira-new --key {ticket}"       # see domain.setup.own_commands
key = "ctrl+k"
gets = "ticket"                       # or message, mail, file
shows = "note"                        # or pager, reply
about = "Open an issue"
seconds = 20

[links]                               # what leads to an address in the inbox (L)
'ORD-[0-9]+' = "https://shop.test/orders/{0}"

[keys]                                # my keys in the inbox: see supportcli keys
preset = "vim"                        # or default, aerc, gmail
solve = ["e", "ctrl+e"]               # an action, and its keys; "" leaves it none

[smtp]                                # seconds to wait for a server that is slow to answer
connect = 30
command = 300
final_dot = 600                       # shorter makes duplicates (RFC 5321, 4.5.3.2.6)
whole = 1800                          # until a mail has been sent

[sign_in]
timeout = 20                          # seconds that Microsoft or Google may take to give a token

[customer_lookup]                     # what another system knows of a customer, as JSON
command = "crm-lookup --json"         # gets the address as its last word; or
                                      # url = "https://crm.shop.test/customers/{address}"
minutes = 60                          # how long an answer is good
```

Unknown keys are refused with the nearest known one: a misspelled key that is ignored is worse than
an error."""

import os
import re
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from supportcli.domain.mailbox import Login, Secret
from supportcli.domain.people.lookup import LookupSource
from supportcli.domain.setup.timeouts import SmtpTimeouts
from supportcli.domain.sign_in import SignIn, SignInWay, unusable
from supportcli.domain.text.words import nearest
from supportcli.errors import ConfigurationError
from supportcli.errors.database import DatabaseUrlUnknown
from supportcli.errors.setup import SettingUnknown, SettingWrong

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

    from supportcli.domain.setup.own_commands import OwnCommand
    from supportcli.domain.text.link_patterns import LinkPattern

_HEAD = (
    "What belongs to you on this machine. Your team's settings are in the database: see "
    "supportcli mailbox and supportcli agent."
)

_SCHEME = re.compile(r"[A-Za-z0-9+.-]*")
_SERVER = re.compile(
    r"((?:\[[0-9A-Fa-f:.]+\]|[\w.-]*)(?::\d{1,5})?(?:/[^?@:]*)?)(?:\?.*)?", re.DOTALL
)
_LIKE_URL = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:|//)[^\n]*@")


class PictureWay(StrEnum):
    """How the inbox shows a picture: by a protocol of terminals, in cells, or not at all; AUTO is
    what the terminal is known for."""

    AUTO = "auto"
    KITTY = "kitty"
    ITERM2 = "iterm2"
    SIXEL = "sixel"
    BLOCKS = "blocks"
    OFF = "off"


class Density(StrEnum):
    """How many lines a ticket has in the inbox: one, or two."""

    COMPACT = "compact"
    COMFORTABLE = "comfortable"


@dataclass(frozen=True, slots=True)
class InboxLook:
    """How the inbox looks to this person, and what it does with files. An empty theme is our
    dark one; without a folder, files are saved in the usual one; without a program, none is opened;
    without a density, the window decides how many lines a ticket has. `commands` are the person's
    own. `notify` is a Notify (empty: the bell), not given in the `quiet` hours. Without a
    `spell_command` spelling is not checked. `pictures` is a PictureWay (empty: AUTO). Texts are
    written in the inbox, unless `compose_in` says “editor”. Without `confirm_send` a reply is sent
    by one key, unless something is doubtful."""

    theme: str = ""
    save_to: str = ""
    open_with: str = ""
    density: str = ""
    commands: "tuple[OwnCommand, ...]" = ()
    notify: str = ""
    quiet: str = ""
    spell_command: str = ""
    pictures: str = ""
    compose_in: str = ""
    confirm_send: bool = True


@dataclass(frozen=True, slots=True)
class Settings:
    """What `load` found: where config.toml is (or would be), the database as a URL, who I am ("" if
    it does not say), my secrets by mailbox address, how the inbox looks, how long SMTP servers are
    waited for, how many seconds those that give tokens (None: the usual time), which words lead to
    addresses, and my keys."""

    path: Path
    database: str
    agent: str = ""
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    inbox: InboxLook = field(default_factory=InboxLook)
    customer_lookup: LookupSource = field(default_factory=LookupSource)
    smtp: SmtpTimeouts = field(default_factory=SmtpTimeouts)
    sign_in_timeout: float | None = None
    links: "tuple[LinkPattern, ...]" = ()
    keys: Mapping[str, object] = field(default_factory=dict)
    """The table [keys] as it is written: `tui.keymaps.own_keys` knows the actions, and reads it."""


def load(config: Path | None, database: str | None, environ: Mapping[str, str]) -> Settings:
    """The settings: a flag wins over SUPPORTCLI_CONFIG, SUPPORTCLI_DATABASE and SUPPORTCLI_AGENT,
    these over config.toml, and that over the system's usual places.

    A missing config.toml counts as empty. ConfigurationError if it cannot be read or contains
    something unknown."""
    path = config or _from_environment(environ) or _usual_config()
    said = _read(path)
    return Settings(
        path=path,
        database=_database_url(database, environ, said, path),
        agent=(environ.get("SUPPORTCLI_AGENT") or _text(said, "agent", path)).strip().lower(),
        secrets={
            address.lower(): _secret(entry, f"secrets.{address}", path)
            for address, entry in _table(said, "secrets", path).items()
        },
        inbox=_look(_table(said, "inbox", path), path),
        customer_lookup=_lookup(_table(said, "customer_lookup", path), path),
        smtp=SmtpTimeouts(**_seconds_in(said, "smtp", _SMTP_KEYS, path)),
        sign_in_timeout=_seconds_in(said, "sign_in", ("timeout",), path).get("timeout"),
        links=_links(_table(said, "links", path), path),
        keys=_table(said, "keys", path),
    )


def write(settings: Settings, **changes: str) -> Settings:
    """Set `database` or `agent` in config.toml, creating it (0600) if it is missing; comments
    stay."""
    document = _document(settings.path)
    for key, value in changes.items():
        document[key] = value
    _save(settings.path, document)
    return load(settings.path, changes.get("database", settings.database), {})


def write_secret(settings: Settings, mailbox: str, secret: Secret) -> Settings:
    """Write to config.toml where a mailbox's password is, and which servers may get it; an older
    entry is replaced."""
    import tomlkit  # noqa: PLC0415  # only writing needs it

    document = _document(settings.path)
    entry = tomlkit.table()
    if secret.sign_in is not None:
        entry["sign_in"] = {
            name: value for name, value in asdict(secret.sign_in).items() if value
        } | {"way": secret.sign_in.way.value}
    elif secret.token_command:
        entry["token_command"] = secret.token_command
    else:
        entry["secret"] = secret.reference
    entry["servers" if secret.servers else "hosts"] = [
        str(server) for server in secret.servers
    ] or list(secret.hosts)
    if secret.insecure:
        entry["insecure"] = True
    secrets = document.setdefault("secrets", tomlkit.table(is_super_table=True))
    secrets[_spelling(secrets, mailbox)] = entry
    _save(settings.path, document)
    return replace(settings, secrets={**settings.secrets, mailbox: secret})


def write_density(settings: Settings, density: Density) -> None:
    """Remember in config.toml how many lines a ticket has."""
    import tomlkit  # noqa: PLC0415  # only writing needs it

    document = _document(settings.path)
    document.setdefault("inbox", tomlkit.table())["density"] = density.value
    _save(settings.path, document)


def forget_secret(settings: Settings, mailbox: str) -> Settings:
    """Remove a mailbox's entry from config.toml, if there is one."""
    if mailbox not in settings.secrets:
        return settings
    document = _document(settings.path)
    secrets = document["secrets"]
    del secrets[_spelling(secrets, mailbox)]
    _save(settings.path, document)
    return replace(
        settings,
        secrets={
            address: secret for address, secret in settings.secrets.items() if address != mailbox
        },
    )


def database_url(place: str, beside: Path) -> str:
    """A database as a URL: a URL stays, a path (relative to the folder `beside`, `~` is home)
    becomes a sqlite one.

    DatabaseUrlUnknown if it looks like a misspelled URL: treated as a path it would be shown, with
    its password."""
    if "://" in place:
        return place
    if _LIKE_URL.match(place):
        raise DatabaseUrlUnknown(place_of(place))
    return f"sqlite:///{(beside / Path(place).expanduser()).resolve()}"


def database_file(url: str) -> Path | None:
    """The file of a sqlite URL; None for a server."""
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def place_of(url: str) -> str:
    """A database as a person may see it: the path of a file, or a URL with only host, port and
    name.

    If it is unclear which part is a password (one with an unencoded @ or /), nothing of it is
    shown."""
    if url.startswith("sqlite:///"):
        return url.removeprefix("sqlite:///")
    scheme, _, rest = url.partition("://")
    found = _SERVER.fullmatch(rest.rpartition("@")[2]) if rest.count("@") <= 1 else None
    return f"{_SCHEME.match(scheme)[0]}://{found[1] if found else '…'}"  # type: ignore[index]  # it matches anything


def without_passwords(text: str) -> str:
    """A text without the user and password of any URL in it."""
    return re.sub(r"://[^\s:@/]*:\S*@", "://…@", text)


def usual_database() -> Path:
    """The default place of a desk."""
    import platformdirs  # noqa: PLC0415

    return platformdirs.user_data_path("supportcli", appauthor=False) / "desk.db"


def _spelling(secrets: Mapping[str, Any], mailbox: str) -> str:
    """The mailbox as the file spells it, perhaps with capitals; unchanged if the file does not have
    it."""
    return next((key for key in secrets if key.lower() == mailbox), mailbox)


def _from_environment(environ: Mapping[str, str]) -> Path | None:
    named = environ.get("SUPPORTCLI_CONFIG")
    return Path(named).expanduser() if named else None


def _usual_config() -> Path:
    import platformdirs  # noqa: PLC0415  # a flag or the environment spare its milliseconds

    return platformdirs.user_config_path("supportcli", appauthor=False) / "config.toml"


def _database_url(
    flag: str | None, environ: Mapping[str, str], said: Mapping[str, Any], path: Path
) -> str:
    typed = flag or environ.get("SUPPORTCLI_DATABASE")
    if typed:
        return database_url(typed, Path.cwd())
    written = _text(said, "database", path)
    return (
        database_url(written, path.parent)
        if written
        else database_url(str(usual_database()), path.parent)
    )


_KEYS: dict[str, type] = {
    "database": str,
    "agent": str,
    "secrets": dict,
    "inbox": dict,
    "links": dict,
    "keys": dict,
    "smtp": dict,
    "sign_in": dict,
    "customer_lookup": dict,
}
_SECRET_KEYS: dict[str, type] = {
    "secret": str,
    "token_command": str,
    "sign_in": dict,
    "servers": list,
    "hosts": list,
    "insecure": bool,
}
_SIGN_IN_KEYS: dict[str, type] = {
    field.name: date if field.name == "client_secret_expires" else str for field in fields(SignIn)
}
_PLACE_OF_TOKENS = re.compile(r"(keyring|file):\s*\S")
_WAYS = ("secret", "token_command", "sign_in")
"""How a mailbox logs in; an entry has one of them."""
_LOOKUP_KEYS: dict[str, type] = {"command": str, "url": str, "minutes": int}
_INBOX_KEYS: dict[str, type] = {
    "theme": str,
    "save_to": str,
    "open_with": str,
    "density": str,
    "commands": dict,
    "notify": str,
    "quiet": str,
    "spell_command": str,
    "pictures": str,
    "compose_in": str,
    "confirm_send": bool,
}
_COMMAND_KEYS: dict[str, type] = {
    "run": str,
    "key": str,
    "gets": str,
    "shows": str,
    "about": str,
    "seconds": int,
}
_A_DAY = 86_400
_SMTP_KEYS = ("connect", "command", "final_dot", "whole")
_KINDS = {
    str: "a text in quotes",
    dict: "a table",
    list: "a list of strings",
    bool: "true or false",
    int: "a whole number",
    date: "a date such as 2027-05-01",
}


def _read(path: Path) -> dict[str, Any]:
    try:
        said = tomllib.loads(_content(path))
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(
            f"{path} is not valid TOML: {error}.", "Correct that line of the file."
        ) from error
    _check(said, _KEYS, "", path)
    return said


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"{path} is not UTF-8 text.", "Convert it, for instance with iconv."
        ) from error
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be read: {error.strerror or error}.",
            "Check the file's owner and permissions.",
        ) from error


def _check(said: Mapping[str, Any], known: Mapping[str, type], where: str, path: Path) -> None:
    for key, value in said.items():
        if key not in known:
            close = nearest(key, known)
            names = [f"{where}{name}" for name in known]
            raise SettingUnknown(f"{where}{key}", names, str(path), close and f"{where}{close}")
        if not isinstance(value, known[key]):
            raise SettingWrong(f"{where}{key}", f"must be {_KINDS[known[key]]}", str(path))


def _text(said: Mapping[str, Any], key: str, path: Path) -> str:
    value = said.get(key, "")
    if "\0" in value:
        raise SettingWrong(key, "contains a NUL character", str(path))
    return str(value)


def _table(said: Mapping[str, Any], key: str, path: Path) -> Mapping[str, Any]:
    table = said.get(key, {})
    if key == "secrets":
        _check(table, dict.fromkeys(table, dict), "secrets.", path)
    return table if isinstance(table, dict) else {}


def _secret(entry: Mapping[str, Any], where: str, path: Path) -> Secret:
    _check(entry, _SECRET_KEYS, f"{where}.", path)
    ways = [name for name in _WAYS if entry.get(name)]
    if len(ways) != 1:
        what = f"cannot stand beside {ways[1]}" if ways else "is missing"
        raise SettingWrong(f"{where}.{(*ways, 'secret')[0]}", what, str(path))
    hosts, servers = (_texts(entry, name, where, path) for name in ("hosts", "servers"))
    return Secret(
        entry.get("secret", ""),
        tuple(host.lower() for host in hosts),
        entry.get("insecure", False),
        tuple(_login(server, where, path) for server in servers),
        entry.get("token_command", ""),
        _sign_in(entry["sign_in"], f"{where}.sign_in", path) if "sign_in" in entry else None,
    )


def _sign_in(entry: Mapping[str, Any], where: str, path: Path) -> SignIn:
    _check(entry, _SIGN_IN_KEYS, f"{where}.", path)
    way = entry.get("way", "")
    if way not in list(SignInWay):
        raise SettingWrong(f"{where}.way", f"must be one of {', '.join(SignInWay)}", str(path))
    found = SignIn(**{**entry, "way": SignInWay(way)})
    if lacking := found.lacks():
        raise SettingWrong(f"{where}.{lacking}", "is missing", str(path))
    if wrong := unusable(entry):
        raise SettingWrong(f"{where}.{wrong[0]}", wrong[1], str(path))
    if not _PLACE_OF_TOKENS.match(found.tokens):
        raise SettingWrong(f"{where}.tokens", "must be keyring:NAME or file:PATH", str(path))
    return found


def _texts(entry: Mapping[str, Any], name: str, where: str, path: Path) -> list[str]:
    found: list[str] = entry.get(name, [])
    if not all(isinstance(text, str) for text in found):
        raise SettingWrong(f"{where}.{name}", f"must be {_KINDS[list]}", str(path))
    return found


def _login(text: str, where: str, path: Path) -> Login:
    try:
        return Login.of(text)
    except ValueError:  # it may contain a password, so it is not repeated
        raise SettingWrong(
            f"{where}.servers", "must be servers such as imaps://help@mail.shop.test:993", str(path)
        ) from None


def _lookup(table: Mapping[str, Any], path: Path) -> LookupSource:
    """Where customers are looked up; nowhere, if the file does not say it."""
    _check(table, _LOOKUP_KEYS, "customer_lookup.", path)
    found = LookupSource(**table)
    if table and bool(found.command) == bool(found.url):
        what = "has to name either a command or a url"
        raise SettingWrong("customer_lookup", what, str(path))
    if found.url and not found.url.startswith("https://"):
        raise SettingWrong("customer_lookup.url", "does not begin with https://", str(path))
    if found.minutes < 1:
        raise SettingWrong("customer_lookup.minutes", "is less than 1", str(path))
    return found


def _look(table: Mapping[str, Any], path: Path) -> InboxLook:
    _check(table, _INBOX_KEYS, "inbox.", path)
    texts = {name: _text(table, name, path) for name, kind in _INBOX_KEYS.items() if kind is str}
    look = InboxLook(
        **texts,
        commands=_commands(table.get("commands", {}), path),
        confirm_send=table.get("confirm_send", True),
    )
    if look.density and look.density not in list(Density):
        raise SettingWrong("inbox.density", "is neither compact nor comfortable", str(path))
    if look.compose_in not in {"", "inbox", "editor"}:
        raise SettingWrong("inbox.compose_in", "must be “inbox” or “editor”", str(path))
    if look.pictures and look.pictures not in list(PictureWay):
        raise SettingWrong("inbox.pictures", f"must be one of {', '.join(PictureWay)}", str(path))
    if look.notify or look.quiet:
        _check_notifications(look, path)
    return look


def _check_notifications(look: InboxLook, path: Path) -> None:
    from supportcli.domain.setup.notifications import (  # noqa: PLC0415  # each command reads this file, and few files have it
        Notify,
        quiet_hours,
    )

    if look.notify and look.notify not in list(Notify):
        raise SettingWrong("inbox.notify", f"must be one of {', '.join(Notify)}", str(path))
    try:
        quiet_hours(look.quiet)
    except ValueError:
        what = "must be times of day such as 18:00-08:00"
        raise SettingWrong("inbox.quiet", what, str(path)) from None


def _commands(table: Mapping[str, Any], path: Path) -> "tuple[OwnCommand, ...]":
    """The person's own commands; no two have one key."""
    if not table:
        return ()
    from supportcli.domain.setup.own_commands import (  # noqa: PLC0415  # as above
        own_command,
        unfit,
    )

    _check(table, dict.fromkeys(table, dict), "inbox.commands.", path)
    found: dict[str, OwnCommand] = {}
    keys: dict[str, str] = {}
    for name, entry in table.items():
        where = f"inbox.commands.{name}"
        _check(entry, _COMMAND_KEYS, f"{where}.", path)
        if wrong := unfit(name, entry):
            raise SettingWrong(f"{where}.{wrong[0]}".rstrip("."), wrong[1], str(path))
        found[name] = command = own_command(name, entry)
        if command.key and keys.setdefault(command.key, name) != name:
            what = f"is the key of inbox.commands.{keys[command.key]} already"
            raise SettingWrong(f"{where}.key", what, str(path))
    return tuple(found.values())


def _links(table: Mapping[str, Any], path: Path) -> "tuple[LinkPattern, ...]":
    """What leads to addresses."""
    if not table:
        return ()
    from supportcli.domain.text.link_patterns import (  # noqa: PLC0415  # as above
        LinkPattern,
        unfit_link,
    )

    _check(table, dict.fromkeys(table, str), "links.", path)
    for pattern, address in table.items():
        if wrong := unfit_link(pattern, address):
            raise SettingWrong(f"links.{pattern}", wrong, str(path))
    return tuple(LinkPattern(*entry) for entry in table.items())


def _seconds_in(
    said: Mapping[str, Any], name: str, keys: Iterable[str], path: Path
) -> dict[str, float]:
    """The numbers of seconds in a table that may have these keys."""
    table = _table(said, name, path)
    _check(table, dict.fromkeys(keys, object), f"{name}.", path)
    for key, value in table.items():
        if (
            isinstance(value, bool)
            or not isinstance(value, (int, float))
            or not 0 < value <= _A_DAY
        ):
            raise SettingWrong(
                f"{name}.{key}", f"must be a number of seconds between 0 and {_A_DAY}", str(path)
            )
    return {key: float(value) for key, value in table.items()}


def _document(path: Path) -> "TOMLDocument":
    import tomlkit  # noqa: PLC0415  # only writing needs it

    document = tomlkit.parse(_content(path))
    if not path.exists():
        document.add(tomlkit.comment(_HEAD))
    return document


def _save(path: Path, document: "TOMLDocument") -> None:
    """Write a file beside this one (0600) and rename it, so that no crash leaves half of it. A link
    stays a link."""
    path = path.resolve()
    written = ""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, written = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(document.as_string())
            file.flush()
            os.fsync(file.fileno())
        Path(written).replace(path)
    except OSError as error:
        if written:
            Path(written).unlink(missing_ok=True)
        raise ConfigurationError(
            f"{path} cannot be written: {error.strerror or error}.",
            "Check the folder's owner, permissions and space.",
        ) from error
