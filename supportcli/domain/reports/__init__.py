"""Reports: pure functions from the lives of tickets to tables. Importing this fills
`registry.REPORTS`, in the order in which pages show them."""

# isort: off
from supportcli.domain.reports import (
    volume,
    backlog,
    workload,
    times,
    levels,
    quality,
    agents,
    tags,
    hours,
)
# isort: on

__all__ = [
    "agents",
    "backlog",
    "hours",
    "levels",
    "quality",
    "tags",
    "times",
    "volume",
    "workload",
]
