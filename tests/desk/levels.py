"""Service levels for tests: policies straight into storage, before any ticket; the desk's own verbs
make the targets."""

from collections.abc import Sequence
from datetime import timedelta

from supportcli.desk import Desk
from supportcli.domain.sla.policy import TargetKind
from supportcli.domain.sla.policy_text import PAUSING, Terms, goals_of, to_definition
from supportcli.storage.sla import policies


def promise(
    desk: Desk,
    when: str = "",
    *,
    warnings: Sequence[int] = (),
    name: str = "Standard",
    **goals: str,
) -> None:
    """A policy by the clock, from an hour ago on. `goals` by kind, as in first_response="urgent=1h
    8h"; resolution stands still in pending and on-hold."""
    found = {}
    for kind, text in goals.items():
        found.update(goals_of(TargetKind(kind.replace("_", "-")), text, None, ()))
    terms = Terms(when, found, PAUSING, tuple(warnings))
    since = desk.now() - timedelta(hours=1)
    with desk.db.write() as tx:
        policy = policies.add(tx, policies.KeptPolicy(0, name, 1, since, None), since)
        policies.add_version(
            tx, policies.KeptVersion(0, policy, since, to_definition(terms), since), None
        )
