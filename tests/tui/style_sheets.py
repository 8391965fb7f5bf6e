"""What Textual finds out of a style sheet for one inbox serves the next: tests open a thousand of
them in one process, the program one. Parsing was a third of a start; finding the rules of widgets
is a quarter of what a test takes from then on.

A test that starts a process of its own has Textual as it is."""

from types import SimpleNamespace
from typing import Any, NamedTuple

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode

_FLAGS = ("_has_hover_style", "_has_focus_within", "_has_order_style", "_has_odd_or_even")
"""What Textual also notes on a node: the kinds of pseudo-class that its rules ask for."""


class Match(NamedTuple):
    """What the rules of a sheet say of a node."""

    won: dict[str, Any]
    """The declarations that win."""
    flags: dict[str, bool]
    kept: dict[str, Any]
    """The declarations as styles keep them; empty until they were written to some."""


class Sheet(NamedTuple):
    """The rules of one theme, and what is known of them."""

    rules: list[RuleSet]
    asked: tuple[str, ...]
    """The pseudo-classes that any selector asks for."""
    known: dict[tuple[object, ...], Match]
    """By all that selectors see of a node and of those above it."""


_SHEETS: dict[tuple[int, ...], Sheet] = {}
_LAST: list[Sheet] = []


def parse_once() -> None:
    """Let all inboxes of this process share what is parsed."""
    parse, known = Stylesheet._parse_rules, {}

    def parsed(sheet: Stylesheet, css: str, *where: Any, **how: Any) -> list[RuleSet]:
        key = (css, where, tuple(sorted(how.items())), tuple(sheet._variables.items()))
        if key not in known:
            known[key] = parse(sheet, css, *where, **how)
        return known[key]

    Stylesheet._parse_rules = parsed  # type: ignore[assignment]


def match_once() -> None:
    """Let them share what matches. That depends on nothing but the names, classes and
    pseudo-classes of a node and of those above it; where these are what they were, a node keeps
    the styles that it has."""
    find = Stylesheet.apply

    def apply(
        self: Stylesheet,
        node: DOMNode,
        *,
        animate: bool = False,
        cache: object = None,  # noqa: ARG001  # Textual's signature
    ) -> None:
        sheet = _sheet(self)
        path = _path(node, sheet.asked)
        match = sheet.known.get(path)
        if match is None:
            match = sheet.known[path] = _matching(find, self, node)
        if getattr(node, "_matched", None) is match:
            node.notify_style_update()
            return
        node.__dict__.update(match.flags)
        if type(node) is DOMNode and match.kept:  # only there to have the styles of a part
            node._css_styles._rules.update(match.kept)  # type: ignore[typeddict-item]
        elif match.won:
            self.replace_rules(node, match.won, animate=animate)  # type: ignore[arg-type]
            if type(node) is DOMNode:
                match.kept.update(node._css_styles._rules)
        node.__dict__["_path"] = path
        self._process_component_classes(node)
        node.__dict__["_matched"] = match

    Stylesheet.apply = apply  # type: ignore[method-assign]


def _sheet(of: Stylesheet) -> Sheet:
    """The rules of a sheet; those of the last one are asked for most often."""
    rules = of.rules
    if _LAST and _LAST[0].rules is rules:
        return _LAST[0]
    key = tuple(map(id, rules))  # they are shared, see `parse_once`
    if key not in _SHEETS:
        selectors = (
            one for rule in rules for chosen in rule.selector_set for one in chosen.selectors
        )
        asked = set().union(*(one.pseudo_classes for one in selectors))
        _SHEETS[key] = Sheet(rules, tuple(sorted(asked)), {})
    _LAST[:] = [_SHEETS[key]._replace(rules=rules)]
    return _LAST[0]


def _path(node: DOMNode, asked: tuple[str, ...]) -> tuple[object, ...]:
    """What they see of a node and of those above it; of a part, beside what they have just seen of
    its widget."""
    if type(node) is DOMNode:
        return *node._parent.__dict__["_path"], _seen(node, asked)
    return tuple([_seen(one, asked) for one in node.css_path_nodes])


def _seen(node: DOMNode, asked: tuple[str, ...]) -> tuple[object, ...]:
    """What selectors see of a node."""
    has = node._PSEUDO_CLASSES
    states = tuple([name in has and has[name](node) for name in asked])  # type: ignore[arg-type]
    return node._css_type_names, node._id, frozenset(node._classes), states


def _matching(find: Any, sheet: Stylesheet, node: DOMNode) -> Match:
    """What Textual finds for a node."""
    won: dict[str, Any] = {}
    finding = SimpleNamespace(
        rules=sheet.rules,
        rules_map=sheet.rules_map,
        _check_rule=sheet._check_rule,
        _EXCLUDE_PSEUDO_CLASSES_FROM_CACHE=sheet._EXCLUDE_PSEUDO_CLASSES_FROM_CACHE,
        replace_rules=lambda _node, found, animate: won.update(found),  # noqa: ARG005
        _process_component_classes=lambda _node: None,
    )
    find(finding, node)
    return Match(won, {name: getattr(node, name) for name in _FLAGS}, {})
