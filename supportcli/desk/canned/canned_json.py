"""What `--json` prints of canned responses."""

from typing import TYPE_CHECKING

from supportcli.desk.json_shapes import Shape, time

if TYPE_CHECKING:
    from supportcli.domain.canned.responses import StoredResponse, Usage


def canned(kept: "StoredResponse") -> Shape:
    """A complete canned response, as in `canned show`."""
    one, macro = kept.canned, kept.canned.macro
    return {
        "shortcut": one.shortcut,
        "title": one.title,
        "scope": one.scope.value,
        "team": one.team or None,
        "mailbox": one.mailbox or None,
        "bodies": [{"language": body.language or None, "text": body.text} for body in one.bodies],
        "macro": {
            "status": macro.status.value if macro.status else None,
            "add_tags": list(macro.add),
            "remove_tags": list(macro.remove),
            "assignee": macro.assignee,
            "team": macro.team,
            "priority": str(macro.priority) if macro.priority is not None else None,
            "fields": dict(macro.fields),
        },
        "attachments": [
            {"name": file.name, "size": file.size, "sha256": file.sha256} for file in one.files
        ],
        "version": kept.version,
        "since": time(kept.since),
        "by": kept.by or None,
    }


def usage(one: "Usage") -> Shape:
    """How often a canned response was used. `created_at` is when it was added."""
    return {
        "shortcut": one.kept.canned.shortcut,
        "title": one.kept.canned.title,
        "uses": one.uses,
        "tickets": one.tickets,
        "agents": one.agents,
        "last_at": time(one.last_at),
        "created_at": time(one.kept.created_at),
        "version": one.kept.version,
    }
