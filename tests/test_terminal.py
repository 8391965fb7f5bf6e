import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from supportcli.terminal import UNSAFE, clean


@pytest.mark.parametrize(
    ("foreign", "shown"),
    [
        ("Where is my parcel?", "Where is my parcel?"),
        ("\x1b]52;c;cm0gLXJm\x07paid", "␛]52;c;cm0gLXJm␇paid"),
        ("\x1b]8;;http://evil\x1b\\click\x1b]8;;\x1b\\", "␛]8;;http://evil␛\\click␛]8;;␛\\"),
        ("\x9b2J\x90q\x9c", "\ufffd2J\ufffdq\ufffd"),
        ("nul\x00 del\x7f", "nul␀ del␡"),
        ("one\ntwo\r\nthree\rfour\tfive", "one␊two␍␊three␍four five"),
        ("invoice\u202efdp.exe", "invoice\ufffdfdp.exe"),
        ("\u2066left\u2069 \u200fright \u061c", "\ufffdleft\ufffd \ufffdright \ufffd"),
        ("two\u2028lines\u2029", "two\ufffdlines\ufffd"),
        ("pay\u200bpal \ufeffstart wo\u2060rd", "pay\ufffdpal \ufffdstart wo\ufffdrd"),
        ("Donau\u00addampf", "Donau-dampf"),
        ("tags\U000e0041\U000e0042", "tags\ufffd\ufffd"),
        ("half \ud83d of a pair", "half \ufffd of a pair"),
        ("\ufffe\U0010ffff\ufdd0", "\ufffd\ufffd\ufffd"),
        ("[/x] [@click=app.quit]me[/]", "[/x] [@click=app.quit]me[/]"),
    ],
)
def test_each_control_leaves_a_mark(foreign: str, shown: str) -> None:
    assert clean(foreign) == shown


@pytest.mark.parametrize(
    "text",
    [
        "heiße Küste, Señor Ångström",
        "注文した한국어カート",
        "\U0001f469 \U0001f4bb \u2764 \U0001f525 1\u20e3 \U0001f1e9\U0001f1ea \U0001f3fd",
        "می\u200cخواهم क्\u200dष",
        "e\u0301 ệ สวัสดี",
        "─── ▸ 12 € ½ …",
        "\u00a0non-breaking",
    ],
)
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert clean(text) == text
    assert clean(text, lines=True) == text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("I \u2764\ufe0f it \u2615\ufe0f", "I \u2764 it \u2615"),
        ("\U0001f44d\U0001f3fd", "\U0001f44d"),
        ("\U0001f469\u200d\U0001f4bb", "\U0001f469\U0001f4bb"),
        ("\u2764\ufe0f\u200d\U0001f525", "\u2764\U0001f525"),
        ("\U0001f3f3\ufe0f\u200d\U0001f308", "\U0001f3f3\U0001f308"),
        ("1\ufe0f\u20e3", "1\u20e3"),
    ],
)
def test_an_emoji_is_as_wide_as_every_terminal_thinks(written: str, shown: str) -> None:
    """In tmux 3.3 each of these has another width than Textual gives it, which moved what stood
    behind it."""
    assert clean(written) == shown
    assert clean(f"{written}\n{written}", lines=True) == f"{shown}\n{shown}"


def test_joiners_and_selectors_out_of_place_are_marked() -> None:
    assert clean("pay\u200dpal") == "pay\ufffdpal"
    assert clean("pay\u200cpal") == "pay\ufffdpal"
    assert clean("\U0001f469\u200d\u200d\U0001f4bb") == "\U0001f469\ufffd\ufffd\U0001f4bb"
    assert clean("a\ufe0f") == "a\ufffd"


def test_more_than_four_combining_marks_on_a_letter_are_cut() -> None:
    assert clean("Z" + "\u0301" * 4 + "o") == "Z" + "\u0301" * 4 + "o"
    assert clean("Z" + "\u0301" * 40 + "o\u0302") == "Z" + "\u0301" * 4 + "\ufffdo\u0302"


def test_lines_stay_and_tabs_are_expanded() -> None:
    assert clean("a\tb\r\nc\n\n\x1b[2J\rd", lines=True) == "a       b\nc\n\n␛[2J␍d"


def test_every_control_and_format_character_is_marked_or_known_to_be_visible() -> None:
    visible = {
        *range(0x600, 0x606),
        0x6DD,
        0x70F,
        0x890,
        0x891,
        0x8E2,
        0x110BD,
        0x110CD,
        *range(0x13430, 0x13460),
    }  # signs that stand over numbers
    joiners = {0x200C, 0x200D}
    for code in range(0x110000):
        if (
            unicodedata.category(chr(code)) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
            and code not in visible
        ):
            assert clean(f"a{chr(code)}b") != f"a{chr(code)}b", hex(code)
            assert code in joiners or UNSAFE.search(chr(code)), hex(code)


@given(
    st.text(
        st.characters()
        | st.sampled_from("\u0301\u0302\u200d\u200c\ufe0f\u20e3\u2764\U0001f525\r\n\t\x1bب\u034f"),
        max_size=60,
    )
)
@example("a\ufe0f\u200d\u2764")
@example("ب" + "\u064b" * 6 + "\u200d")
def test_what_is_clean_is_safe_in_each_line_and_stays_as_it_is(text: str) -> None:
    assert not UNSAFE.search(clean(text))
    assert clean(clean(text)) == clean(text)
    assert not any(UNSAFE.search(line) for line in clean(text, lines=True).split("\n"))
    assert clean(clean(text, lines=True), lines=True) == clean(text, lines=True)


@given(
    st.text(
        st.characters(codec="ascii", categories=("L", "N", "P")) | st.sampled_from("äß注\U0001f600")
    )
)
def test_no_letter_is_lost(text: str) -> None:
    assert clean(text) == text


def test_a_megabyte_is_cleaned_whole() -> None:
    line = "\x1bé" * 500_000
    assert clean(line) == "␛é" * 500_000
