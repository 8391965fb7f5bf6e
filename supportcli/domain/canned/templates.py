"""The language of canned responses: text with `{{ customer.first_name | default("there") }}` in it,
and `{% if … %}` around optional parts.

It is Jinja2 in its sandbox, without everything that could loop, call, compute or grow. What is left
takes time and memory in proportion to the template's length, so that one agent's template cannot
hang another agent's inbox. Values are data: they are never read as a template, as a mark or as
control characters."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import Template, TemplateError, Undefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from supportcli.domain.canned.placeholders import (
    BELOW,
    CASES,
    FIELDS,
    VARIABLES,
    Fault,
    Values,
    blanks,
    data,
)
from supportcli.errors.canned import TemplateWrong
from supportcli.terminal import clean

FILTERS = ("default", *CASES, "trim")

MOST = 20_000
"""The most characters of a template."""

_DEEPEST = 40
_HALVES = re.compile("[\ud800-\udfff]")
_ALLOWED = (
    *(
        nodes.Template,
        nodes.Output,
        nodes.TemplateData,
        nodes.Name,
        nodes.Getattr,
        nodes.Const,
        nodes.Filter,
        nodes.Test,
        nodes.Concat,
    ),
    *(nodes.If, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not),
)
_RESERVED = frozenset({"self", "super", "caller", "loop", "varargs", "kwargs"})
_CALLED = {
    nodes.For: "A loop",
    nodes.Call: "A call",
    nodes.Assign: "set",
    nodes.AssignBlock: "set",
    nodes.Getitem: "An index",
    nodes.Macro: "macro",
    nodes.Include: "include",
    nodes.Import: "import",
    nodes.FromImport: "import",
    nodes.Extends: "extends",
    nodes.Block: "block",
}


@dataclass(frozen=True, slots=True)
class Filled:
    """A template with its values filled in. A missing value is shown in the text as
    ⟦customer.first_name?⟧ (`blanks`)."""

    text: str

    @property
    def missing(self) -> tuple[str, ...]:
        """What has to be filled in by hand, each once."""
        return blanks(self.text)


class _Missing(Undefined):
    """A value that is unknown or empty. It prints as a mark unless `default` replaces it; it is
    false, and equal to an empty text."""

    __slots__ = ()

    @property
    def path(self) -> str:
        """The name that the template used."""
        return self._undefined_name or ""

    def __str__(self) -> str:
        return f"⟦{self.path}?⟧"

    def __eq__(self, other: object) -> bool:
        return other == "" or isinstance(other, _Missing)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash("")


class _Group:
    """The values below one name, such as `customer`; the name alone has no value."""

    __slots__ = ("name", "values")

    def __init__(self, name: str, values: Mapping[str, str]) -> None:
        self.name, self.values = name, values

    def __str__(self) -> str:
        return f"⟦{self.name}?⟧"


def _below(group: _Group, before: str) -> _Group:
    """The values of a group whose names begin so, such as those below `ticket.fields`."""
    found = {name: text for name, text in group.values.items() if name.startswith(before)}
    return _Group(
        f"{group.name}.{before}"[:-1],
        {name.removeprefix(before): text for name, text in found.items()},
    )


class _Environment(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, with no access to Python: an attribute is one of our values, or missing."""

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401  # Jinja's signature
        """A value of a group such as `customer`."""
        if isinstance(obj, _Group):
            if f"{attribute}." in BELOW.get(obj.name, ()):
                return _below(obj, f"{attribute}.")
            return obj.values.get(attribute) or _Missing(name=f"{obj.name}.{attribute}")
        return _Missing(name=f"{obj.path if isinstance(obj, _Missing) else '…'}.{attribute}")


def _text_filter(change: str) -> Any:  # noqa: ANN401  # a filter takes and gives any value
    """A filter that changes a text and passes a missing value on, for a `default` behind it."""
    return lambda value: value if isinstance(value, _Missing) else getattr(str(value), change)()


def _default(value: Any, instead: Any = "", _empty: Any = False) -> Any:  # noqa: ANN401, FBT002  # Jinja's own signature
    return instead if isinstance(value, _Missing) or value == "" else value


def _environment() -> _Environment:
    made = _Environment(
        undefined=_Missing, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    made.globals.clear()
    for theirs in (made.filters, made.tests):
        theirs.clear()
    made.filters.update(
        {"default": _default}
        | {name: _text_filter("strip" if name == "trim" else name) for name in FILTERS[1:]}
    )
    made.tests.update({"defined": lambda value: not isinstance(value, _Missing)})
    return made


_ENVIRONMENT = _environment()


def fill(template: str, values: Values) -> Filled:
    """`template` with its values filled in. An unknown variable is marked like an unknown value.
    TemplateWrong if it is no valid template."""
    compiled = _compiled(template)
    groups = {
        name: _Group(name, {key: data(value) for key, value in values.get(name, {}).items()})
        for name in VARIABLES
    }
    return Filled(_HALVES.sub("\ufffd", compiled.render(groups)))


@lru_cache(maxsize=256)
def _compiled(template: str) -> Template:
    tree = _parsed(template)
    wrong = tree if isinstance(tree, Fault) else next(_forbidden(tree), None)
    if wrong is not None:
        raise TemplateWrong(wrong.line, wrong.sentence)
    try:
        return _ENVIRONMENT.from_string(template)
    except (TemplateError, RecursionError, ValueError, SyntaxError) as error:
        raise TemplateWrong(1, str(error)) from error


def _parsed(template: str) -> nodes.Template | Fault:
    """The template as a tree, or what is wrong with its syntax."""
    if len(template) > MOST:
        return Fault(0, f"It has {len(template)} characters; the limit is {MOST}.")
    try:
        return _ENVIRONMENT.parse(template)
    except TemplateError as error:
        said = _in_our_words(str(error.message or error))
        return Fault(getattr(error, "lineno", 1), f"This cannot be read: {said}.")
    except (RecursionError, ValueError) as error:  # ValueError: a number of thousands of digits
        deep = isinstance(error, RecursionError)
        why = "it is nested too deeply" if deep else "a number is too long"
        return Fault(1, f"This cannot be read: {why}.")


_WORDS = [
    (re.compile(pattern), words)
    for pattern, words in (
        (r"end of template, expected 'end of print", "“{{” has no matching “}}”"),
        (r"end of template, expected 'end of statement", "“{%” has no matching “%}”"),
        (r"end of comment", "“{#” has no matching “#}”"),
        (r"end of raw", "“{% raw %}” has no “{% endraw %}”"),
        (r"an expression, got 'end of print", "there is nothing between the braces"),
        (r"an expression, got 'end of statement", "nothing follows “if”"),
        (r"^Unexpected end of template.*closed is 'if'", "“{% if … %}” has no “{% endif %}”"),
        (r"unknown tag '(elif|else|endif)'", "“{{% {} %}}” is used outside an “if”"),
        (r"unknown tag '(\w+)'", "“{{% {} %}}” is unknown: use if, elif, else or endif"),
        (r"token 'end of print", "“}}” is missing, or there is an extra word before it"),
        (r"token 'end of statement", "“%}” is missing, or there is an extra word before it"),
        (r"token 'name', got 'end of print", "a filter is missing after “|”"),
        (r"name or number", "a name is missing after a dot"),
        (r"unexpected char ['\"]\\?['\"]['\"] at", "a quotation mark is not closed"),
        (r"unexpected char '(.+)' at", "“{}” has no place between the braces"),
        (r"unexpected '.', expected '(.)'", "“{}” is missing"),
        (r"unexpected '(\W+)'$", "“{}” has no place there"),
    )
]
"""What Jinja2 says of a template that it cannot read (with what is quoted in it), and what we
say."""


def _in_our_words(complaint: str) -> str:
    for pattern, words in _WORDS:
        if found := pattern.search(complaint):
            return words.format(*map(clean, found.groups())) if found.groups() else words
    return "it is neither a variable with filters nor a condition"


def _forbidden(tree: nodes.Template) -> Iterator[Fault]:
    """What a canned response may not contain, in the order of the text."""
    for node, depth in _walk(tree):
        if depth > _DEEPEST:
            yield Fault(node.lineno, "This is nested too deeply.")
            return
        if not isinstance(node, _ALLOWED):
            what = _CALLED.get(type(node), f"“{type(node).__name__.lower()}”")
            yield Fault(
                node.lineno,
                (
                    f"{what} has no place in a canned response: it knows variables, if, and "
                    f"{', '.join(FILTERS)}."
                ),
            )
            return
        if complaint := _misused(node):
            yield Fault(node.lineno, complaint)


def _misused(node: nodes.Node) -> str:
    """What is wrong with a filter, a test or a comparison; "" if nothing is."""
    if isinstance(node, nodes.Filter):
        if node.name not in FILTERS:
            return f"There is no filter “{clean(node.name)}”: use one of {', '.join(FILTERS)}."
        most = 2 if node.name == "default" else 0
        if (
            len(node.args) > most
            or node.kwargs
            or node.dyn_args
            or node.dyn_kwargs
            or node.node is None
        ):
            return f"“{node.name}” takes no such argument."
    if isinstance(node, nodes.Test) and (node.name != "defined" or node.args or node.kwargs):
        return f"There is no test “{clean(node.name)}”: use “defined”."
    if isinstance(node, nodes.Const) and not isinstance(
        node.value, str | bool
    ):  # a number never equals a value
        return "Put numbers and none in quotes here: every value is text."
    if isinstance(node, nodes.Name) and node.name in _RESERVED:
        return f"“{node.name}” is not allowed in a canned response."
    if isinstance(node, nodes.Operand) and node.op not in {"eq", "ne"}:
        return "Values can be compared only with == and !=."
    return ""


def _walk(tree: nodes.Node) -> Iterator[tuple[nodes.Node, int]]:
    waiting = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        waiting.extend((child, depth + 1) for child in reversed(list(node.iter_child_nodes())))


def faults(template: str, fields: Collection[str] | None = None) -> list[Fault]:
    """All that is wrong with a template, including unknown variables, in the order of its lines.
    `fields` are the custom fields of the desk; None: it is not known which there are."""
    tree = _parsed(template)
    if isinstance(tree, Fault):
        return [tree]
    found = list(_forbidden(tree)) or [
        Fault(line, _unknown(name)) for name, line in _named(tree) if not _known(name, fields)
    ]
    return sorted(dict.fromkeys(found), key=lambda fault: fault.line)


def _named(tree: nodes.Template) -> Iterator[tuple[str, int]]:
    """The variables a template names, with their lines: `customer.name`, or a group that stands
    alone."""
    inner = {id(node.node) for node, _ in _walk(tree) if isinstance(node, nodes.Getattr)}
    for node, _ in _walk(tree):
        if isinstance(node, nodes.Getattr | nodes.Name) and id(node) not in inner:
            yield _dotted(node), node.lineno


def _dotted(node: nodes.Expr) -> str:
    """`customer.name`; anything but a variable before the dot becomes an ellipsis."""
    if isinstance(node, nodes.Getattr):
        return f"{_dotted(node.node)}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else "…"


def _known(name: str, fields: Collection[str] | None) -> bool:
    group, _, key = name.partition(".")
    if group == "ticket" and key.startswith(FIELDS):
        own = key.removeprefix(FIELDS)
        return own.isidentifier() if fields is None else own in fields
    if group == "customer" and key.startswith(BELOW[group]):
        return key.partition(".")[2].isidentifier()
    return key in VARIABLES.get(group, ())


def _unknown(name: str) -> str:
    group, _, key = name.partition(".")
    if group == "ticket" and f"{key}.".startswith(FIELDS):
        return f"“{clean(name)}” is no custom field of this desk: see supportcli field list."
    if key and "." not in key and group in VARIABLES:
        known = ", ".join(f"{group}.{one}" for one in VARIABLES[group])
        return f"“{clean(name)}” is unknown: use one of {known}."
    if name in VARIABLES:
        return (
            f"“{group}” by itself is not a value: use one of "
            f"{', '.join(f'{group}.{one}' for one in VARIABLES[group])}."
        )
    return f"“{clean(name)}” is unknown: use one of {', '.join(VARIABLES)}."
