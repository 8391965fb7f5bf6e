"""The presets: keys as the fingers know them from other programs, for the nearest action here. An
action that is not named keeps its usual keys."""

from collections.abc import Mapping

from supportcli.domain.setup.key_presets import KEY_PRESETS

_VIM = {
    "page_down": ("space", "pgdn", "ctrl+f"),
    "page_up": ("b", "pgup", "ctrl+b"),
    "next_message": ("J", "] ]"),
    "previous_message": ("K", "[ ["),
    "next_hit": ("n",),
    "previous_hit": ("N",),
    "take_next": ("g n",),
    "next_view": ("tab", "g t"),
    "previous_view": ("shift+tab", "g T"),
    "my_day": ("g y",),
    "mark": ("x", "v"),
    "mark_on": ("V",),
    "mark_unread": ("I",),
    "view": ("B",),
    "quotes": (">", "z a", "z o", "z c", "z R", "z M"),
    "web_links": ("L", "y y"),
    "undo": ("u",),
    "redo": ("ctrl+r",),
    "delete": ("d d",),
    "spam": ("d s",),
    "edit": ("c c",),
    "call": ("c l",),
    "pipe": ("|", "!"),
    "sync": ("ctrl+s",),
    "back": ("esc", "q", "Z Z", "Z Q"),
    "quit": ("q", "ctrl+c", "Z Z", "Z Q"),
    "customer_undo": ("u",),
    "customer_redo": ("ctrl+r",),
    "customer_edit": ("c c",),
    "held_undo": ("u",),
    "held_discard": ("d d",),
}
"""Vim's normal mode: gg G, ctrl+d ctrl+u ctrl+f ctrl+b, n N, gt gT, dd cc yy, u ctrl+r, v V, folds
with z, ZZ."""

_AERC = {
    "page_down": ("read:space", "pgdn", "ctrl+f"),
    "page_up": ("pgup", "ctrl+b"),
    "next_view": ("tab", "ctrl+n", "list:J", "list:L"),
    "previous_view": ("shift+tab", "ctrl+p", "list:K", "list:H"),
    "next_message": ("read:J",),
    "previous_message": ("read:K",),
    "go_view": ("list:c", "read:c", "g v"),
    "mark": ("list:space", "x"),
    "mark_here": ("v",),
    "mark_on": ("V",),
    "solve": ("a", "A", "e"),
    "delete": ("d", "D", "#"),
    "reply": ("r r", "r q"),
    "reply_sender": ("R r", "R q"),
    "note": ("r n",),
    "forward": ("f", "b"),
    "new": ("C", "m"),
    "call": ("P",),
    "assign": ("@",),
    "follow": ("+",),
    "unfollow": ("-",),
    "drafts": ("g r",),
    "mark_unread": ("g U",),
    "undo": ("u",),
    "redo": ("ctrl+r",),
    "edit": ("U",),
    "spam": ("g !",),
    "split": ("T",),
    "pipe": ("|", "!", "$"),
    "filter": ("/", "\\"),
    "next_hit": ("n",),
    "previous_hit": ("N",),
    "take_next": ("g n",),
    "first_unread": ("g u",),
    "view": ("B",),
    "customer": ("I",),
    "quotes": (">", "z a", "z o", "z c", "z R", "z M"),
    "files_of": ("S", "O"),
    "web_links": ("read:L", "read:ctrl+l", "read:ctrl+y"),
    "why_here": ("Y", "read:H"),
    "answers": ("g h",),
    "density": ("z z",),
    "refresh": ("list:ctrl+l",),
    "sync": ("ctrl+s",),
    "palette": (":",),
    "header_next": ("tab", "down", "ctrl+n"),
    "header_previous": ("shift+tab", "up", "ctrl+p", "ctrl+k"),
    "headers": ("shift+tab", "ctrl+k"),
    "send_wait": ("y", "ctrl+s"),
    "send_solve": ("S",),
    "send_edit": ("esc", "e"),
    "send_draft": ("p", "n", "q"),
    "customer_undo": ("u",),
    "customer_redo": ("ctrl+r",),
    "customer_edit": ("U",),
    "customer_close": ("esc", "q", "I"),
    "held_undo": ("u",),
}
"""aerc's binds.conf: J K H L between folders, rr rq Rr Rq, C m, a A archive, d D delete, v V space
marks, n N, | ! $ to a program, \\ / filter, zc zo folds, the keys of its review."""

_GMAIL = {
    "next": ("j", "down", "]"),
    "previous": ("k", "up", "["),
    "open": ("enter", "o"),
    "zoom": ("o",),
    "back": ("esc", "q", "u"),
    "refresh": ("ctrl+l", "list:u"),
    "next_message": ("J", "read:n"),
    "previous_message": ("K", "read:p"),
    "older": ("g k",),
    "reply": ("r", "a", "read:enter"),
    "forward": ("f",),
    "new": ("c", "C"),
    "call": ("P",),
    "assign": ("@",),
    "snooze": ("h", "b"),
    "hold": ("g w",),
    "page_up": ("pgup",),
    "tag": ("l", "t"),
    "priority": ("list:p", "g p"),
    "link": ("g l",),
    "edit": ("ctrl+e",),
    "follow": ("s", "+"),
    "unfollow": ("S", "-"),
    "split": ("g x",),
    "mark": (),
    "mark_here": ("x",),
    "mark_all": ("X", "* a"),
    "unfilter": ("esc", "* n"),
    "mark_unread": ("U",),
    "mark_read": ("I",),
    "first_unread": ("g u",),
    "take_next": ("list:n", "g n"),
    "view_1": ("1", "g i"),
    "view_5": ("5", "g e"),
    "view_6": ("6", "g a"),
    "begun": ("g d",),
    "sent": ("g t",),
    "following": ("g s", "g f"),
    "snoozed": ("g b", "g h"),
    "my_day": ("g y",),
    "customer_edit": ("ctrl+e",),
    "customer_close": ("esc", "q", "u", "\\"),
    "write_palette": ("ctrl+k", "ctrl+p"),
    "dashboard": ("g r",),
    "palette": ("ctrl+k", "ctrl+p", ":", "."),
    "repeat": ("g .",),
}
"""Gmail, Superhuman and Help Scout: r, a, f, c to write, e done, h b remind, l label, s star, o
and u into a conversation and back, x * a * n marks, U I unread and read, # ! z, g i g s g b g t g d
g a places, [ ], “.” and ctrl+k."""

EDITORS = frozenset({"vim", "aerc"})
"""The presets whose people write in an editor: in a text its key comes first, and in
a filtered list the key of the next hit leads to the next ticket, as there."""

ASK_TO_QUIT = frozenset({"aerc", "gmail"})
"""The presets whose people do not expect that q ends the program at once."""

PRESETS: Mapping[str, Mapping[str, tuple[str, ...]]] = dict(
    zip(KEY_PRESETS, ({}, _VIM, _AERC, _GMAIL), strict=True)
)
"""The presets by their names, as config.toml writes keys."""
