"""`supportcli keys`: which key is which action of the inbox."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.options.location import settings_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson, TableColumn
from supportcli.domain.setup.key_presets import KEY_PRESETS
from supportcli.domain.text.words import nearest

if TYPE_CHECKING:
    from supportcli.tui.keys import Act

app = typer.Typer(rich_markup_mode=None, add_completion=False)

_COLUMNS = (
    TableColumn("Action", least=16),
    TableColumn("Keys", least=20),
    TableColumn("Usually", least=7),
    TableColumn("Where", least=6),
    TableColumn("What it does", least=12, grows=True),
)


def presets(incomplete: str) -> list[str]:
    """The presets that begin so."""
    return [name for name in KEY_PRESETS if name.startswith(incomplete)]


@app.command(
    epilog=examples(
        "supportcli keys",
        "supportcli keys reply",
        "supportcli keys --preset vim --changed",
        "supportcli keys --json",
    )
)
def keys(
    ctx: typer.Context,
    word: Annotated[
        str,
        typer.Argument(
            metavar="[WORD]", help="Only actions with this word, or this key.", show_default=False
        ),
    ] = "",
    preset: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="The keys of a preset instead of yours: default, vim, aerc or gmail.",
            autocompletion=presets,
            show_default=False,
        ),
    ] = "",
    *,
    changed: Annotated[
        bool, typer.Option("--changed", help="Only what has other keys than usual.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the inbox's actions and their keys.

    Yours are in config.toml, below [keys]: preset = "vim" (aerc, gmail), and lines such as
    solve = ["e", "ctrl+e"], or solve = "" for none."""
    from supportcli.tui.keymaps.own_keys import keymap
    from supportcli.tui.keymaps.own_keys import preset as preset_keys

    settings = settings_of(ctx)
    if preset:
        known_preset(preset)
    found = preset_keys(preset, settings.path) if preset else keymap(settings.keys, settings.path)
    rows = [
        row
        for name, act in found.acts.items()
        if name not in found.first_keys
        and _is_about(row := _row(act), word)
        and (not changed or row["keys"] != row["usual"])
    ]
    if as_json:
        for row in rows:
            printing.emit(row)
    else:
        printing.table(_COLUMNS, map(_cells, rows), "There is no such action.")


def known_preset(preset: str) -> None:
    """WordUnknown for what is no preset."""
    from supportcli.errors.names import WordUnknown

    if preset not in KEY_PRESETS:
        hint = f"Use one of: {', '.join(KEY_PRESETS)}."
        raise WordUnknown("There is no preset", preset, hint, nearest(preset, KEY_PRESETS))


def _row(act: "Act") -> dict[str, Any]:
    from supportcli.tui.keys import BY_ID

    return {
        "action": act.id,
        "where": act.context,
        "keys": [stroke.written for stroke in act.strokes],
        "usual": [stroke.written for stroke in BY_ID[act.id].strokes],
        "sentence": act.sentence,
    }


def _is_about(row: dict[str, Any], word: str) -> bool:
    if not word or word in {row["action"], *row["keys"]}:
        return True
    said = f"{row['action']} {row['sentence']} {row['where']}".lower().replace("_", " ")
    return len(word) > 1 and word.lower().replace("_", " ") in said


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    usual = "" if row["keys"] == row["usual"] else "  ".join(row["usual"])
    return (row["action"], "  ".join(row["keys"]) or "–", usual, row["where"], row["sentence"])
