"""The colours of the inbox: its own themes, and the short names of all that config.toml may name.

What is late, what waits and what is done also differ by words, signs and places, so that each theme
may choose colours freely. Texts are made readable on their ground by `widgets.inked.readable`."""

from textual.theme import BUILTIN_THEMES, Theme

DEFAULTS = {"ink-dim": "60%", "ink-chosen": "20%"}
"""How much of the text's colour is left in what is less important, and of the first colour in the
ground of what is chosen."""

DARK = Theme(
    name="desk-dark",
    dark=True,
    primary="#6cb2e0",
    secondary="#3f6684",
    accent="#e2b65f",
    warning="#e2b65f",
    error="#f2727f",
    success="#93c47d",
    foreground="#d9dee5",
    background="#15181d",
    surface="#1a1e24",
    panel="#21262e",
    variables={
        "scrollbar": "#303844",
        "scrollbar-hover": "#465162",
        "scrollbar-active": "#465162",
        "scrollbar-background": "#15181d",
        "scrollbar-background-hover": "#15181d",
        "scrollbar-background-active": "#15181d",
    },
)
"""Calm ink at night: blue for what is ours, amber for keys and notes, red for what is late only."""

LIGHT = Theme(
    name="desk-light",
    dark=False,
    primary="#0b62a0",
    secondary="#7d9db5",
    accent="#8a5300",
    warning="#8a5300",
    error="#b3261e",
    success="#2c6e2f",
    foreground="#23282e",
    background="#fbfaf6",
    surface="#f5f3ed",
    panel="#ece9e1",
    variables={
        "scrollbar": "#d5d0c4",
        "scrollbar-hover": "#b9b3a5",
        "scrollbar-active": "#b9b3a5",
        "scrollbar-background": "#fbfaf6",
        "scrollbar-background-hover": "#fbfaf6",
        "scrollbar-background-active": "#fbfaf6",
    },
)
"""The same on paper."""

HIGH_CONTRAST = Theme(
    name="desk-high-contrast",
    dark=True,
    primary="#66d9ff",
    secondary="#b0b0b0",
    accent="#ffff4d",
    warning="#ffd042",
    error="#ff9d9d",
    success="#7dff9b",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#1c1c1c",
    variables={"ink-dim": "85%", "ink-chosen": "12%"},
)
"""Every text with at least seven times the light of its ground, or a seventh (WCAG 2.2, 1.4.6)."""

COLOUR_BLIND = Theme(
    name="desk-colour-blind",
    dark=True,
    primary="#56b4e9",
    secondary="#0072b2",
    accent="#f0e442",
    warning="#e69f00",
    error="#ff7a33",
    success="#33c9a0",
    foreground="#e3e3e3",
    background="#15181d",
    surface="#1a1e24",
    panel="#21262e",
    variables=DARK.variables,
)
"""The colours of Okabe and Ito (2008), which people with any kind of colour vision tell apart; two
are lighter, for a dark ground."""

OWN = (DARK, LIGHT, HIGH_CONTRAST, COLOUR_BLIND)

SHORT = {
    "": DARK.name,
    "dark": DARK.name,
    "light": LIGHT.name,
    "ansi": "ansi-dark",
    "high-contrast": HIGH_CONTRAST.name,
    "colour-blind": COLOUR_BLIND.name,
    "color-blind": COLOUR_BLIND.name,
}
"""Short names for the themes of most people."""

NAMES = {**{name: name for name in (*BUILTIN_THEMES, *(theme.name for theme in OWN))}, **SHORT}
"""All names, and the theme that each means."""
