"""`supportcli init`: found a desk, or join an existing one."""

import getpass
import shlex
from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.options.location import settings_of
from supportcli.commands.options.prompts import ask, confirm
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson
from supportcli.domain.people import Agent, Role, address_of
from supportcli.errors.database import DatabasePathNotText
from supportcli.errors.setup import DeskExists
from supportcli.errors.tickets import AgentUnknown

if TYPE_CHECKING:
    from supportcli.config import Settings
    from supportcli.domain.mail import Address

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(
    epilog=examples(
        "supportcli init",
        "supportcli init --yes --agent 'Ada <ada@shop.example>'",
        "supportcli --database postgresql+psycopg://db.shop.example/desk \\",
        "    init --agent ada@shop.example",
    )
)
def init(
    ctx: typer.Context,
    *,
    agent: Annotated[
        str | None,
        typer.Option(metavar="'NAME <ADDRESS>'", help="Who you are.", show_default=False),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Accept every default without asking.")
    ] = False,
    no_starters: Annotated[
        bool,
        typer.Option(
            "--no-starters", help="Start empty: no canned responses, no calendar, no policy."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Set up a desk, or join an existing one.

    The desk is a file on your machine unless --database says otherwise; config.toml remembers where
    it is and who you are. To join an existing desk, have its admin add you first: supportcli agent
    add. It asks before you join as an admin."""
    from supportcli import config

    settings = settings_of(ctx, new=True)
    place = config.place_of(settings.database)
    if not _is_text(place):
        raise DatabasePathNotText(place)
    who = address_of(
        agent
        or ask(
            "Your name and address",
            "--agent 'NAME <ADDRESS>'",
            example="Ada Byron <ada@shop.example>",
        )
    )
    if not (yes or agent or as_json):
        printing.say(
            f"The desk will be {place} (for another place: supportcli --database FILE init)."
        )
    joined, founded = _found_or_join(settings, who, with_starters=not no_starters, sure=yes)
    if as_json:
        from supportcli.desk.setup import setup_json

        told = {
            "database": place,
            "config": str(settings.path),
            "founded": founded,
            "agent": setup_json.agent(joined),
        }
        printing.emit({**told, "starters": _starters() if founded and not no_starters else None})
        return
    printing.say(
        f"{'Created' if founded else 'Joined'} the desk at {place} as {joined.name} "
        f"<{joined.address}>."
    )
    if founded and not no_starters:
        _tell_starters()
    printing.say("Next: supportcli mailbox add" if founded else "Next: supportcli")


def _starters() -> dict[str, object]:
    """What the desk starts with, by name."""
    from supportcli.desk.setup import starters

    return {
        "policy": starters.POLICY,
        "calendar": starters.CALENDAR,
        "canned": [one.shortcut for one in starters.starter_responses()],
    }


def _tell_starters() -> None:
    """Say what the desk starts with, and which commands adapt it to the team."""
    from supportcli.clock import system_zone
    from supportcli.desk.setup import starters

    printing.say("It starts with these; change them as you like:")
    printing.say(
        f"  the policy {starters.POLICY}, a first response in {starters.FIRST_RESPONSE}: "
        f"supportcli sla show {starters.POLICY}"
    )
    printing.say(
        f"  the calendar {starters.CALENDAR}, {starters.WEEK} in {system_zone()}: supportcli "
        f"calendar edit {starters.CALENDAR}"
    )
    printing.say(f"  {len(starters.starter_responses())} canned responses: supportcli canned list")


def _is_text(place: str) -> bool:
    """Whether a path is valid text; a folder's name may be any bytes, which Python shows as lone
    surrogates."""
    try:
        place.encode()
    except UnicodeEncodeError:
        return False
    return True


def _found_or_join(
    settings: "Settings", who: "Address", *, with_starters: bool, sure: bool
) -> tuple[Agent, bool]:
    """Found the desk, or join the existing one as the agent of this address; config.toml is written
    last."""
    from supportcli import config
    from supportcli.clock import utc_now
    from supportcli.desk.setup import founding

    file = config.database_file(settings.database)
    if file is not None and file == config.usual_database():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        user = getpass.getuser() if file else None
        agent, founded = (
            founding.create_desk(settings, who, user, utc_now(), with_starters=with_starters),
            True,
        )
    except DeskExists:
        agent, founded = _join(settings, who, sure=sure), False
    config.write(settings, database=settings.database, agent=agent.address)
    return agent, founded


def _join(settings: "Settings", who: "Address", *, sure: bool) -> Agent:
    """The agent of the desk who somebody is; an admin only after a question, unless they are
    `sure`. NotAllowed, AgentUnknown."""
    from supportcli import config
    from supportcli.desk import open_desk
    from supportcli.desk.setup import founding

    desk = open_desk(settings)
    try:
        found = founding.check_agent(desk, who.address)
    except AgentUnknown as error:
        command = f"supportcli agent add {shlex.quote(str(who))}"
        hint = f"An admin of the desk has to add you first: {command}"
        raise AgentUnknown(who.address, hint) from error
    finally:
        desk.close()
    if found.role is Role.ADMIN and not sure:
        place = config.place_of(settings.database)
        confirm(f"Join the desk at {place} as {found.name}, who is an admin there?", "--yes")
    return found
