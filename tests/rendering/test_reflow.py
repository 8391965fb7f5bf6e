"""Prose broken by a mail program reads as prose at every width; what somebody has set stays as it
is, and no character is lost."""

from textwrap import wrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.rendering.ink import width_of
from supportcli.rendering.reflow import flowing
from supportcli.rendering.wrap import wrapped

COMPLAINT = (
    "Either the money is on my account by tomorrow noon or I go to my bank, to Trading Standards "
    "and to every review site there is. And do NOT send me another one of your mails. I do not "
    "want to be looked into. I want my MONEY."
)


@pytest.mark.parametrize("column", [65, 72, 74, 76, 78])
@pytest.mark.parametrize("width", [40, 58, 64, 68, 70])
def test_lines_broken_at_a_column_are_never_a_long_and_a_short_one(column: int, width: int) -> None:
    lines = list(flowing("\n".join(wrap(COMPLAINT, column)), width))
    if width >= column:
        assert lines == wrap(COMPLAINT, column), "what fits stays as it came"
    else:
        assert lines == wrap(COMPLAINT, width)


@pytest.mark.parametrize("column", [72, 78])
def test_what_fits_stays_as_it_came(column: int) -> None:
    sent = "\n".join(wrap(COMPLAINT, column))
    assert list(flowing(sent, column)) == sent.split("\n")


SET = {
    "list": "- the pump makes a noise that I have never heard from any other machine here\n"
    "- the water is cold, although the lamp says that it is ready to be used by me",
    "numbers": "1. the pump makes a noise that I have never heard from any other machine here\n"
    "2. the water is cold, although the lamp says that it is ready to be used by me",
    "quote": "> the pump makes a noise that I have never heard from any other machine here\n"
    "> the water is cold, although the lamp says that it is ready to be used by me",
    "table": "Aria 2 Pro, steel, with a grinder and everything   1   1,249.00 EUR  free\n"
    "Pico, the small one that can be turned by a hand   2      89.00 EUR  free",
    "code": "    if (temperature > limit && pump.isRunning() && !alarm.isActive()) {\n"
    "        pump.stop(); alarm.start(); log.write('stopped at ' + temperature);",
    "braces": "if (temperature > limit && pump.isRunning() && !alarm.isActive() && a) {\n"
    "pump.stop(); alarm.start(); log.write('stopped at ' + temperature, when);",
    "signature": "Maria Lopez, Head of Purchasing and of All Machines That Make Good Coffee\n"
    "Acme Corporation\n12 Long Road, Springfield",
    "poem": "Two roads diverged in a yellow wood, and sorry I could not travel both of\n"
    "And be one traveler\nlong I stood and looked down one as far as I could to where it bent",
    "sentences": "I have cleaned the machine twice now, as it says in the manual on page 9.\n"
    "It did not help.\nThe lamp is still red.",
}


@pytest.mark.parametrize("kind", SET)
def test_what_somebody_has_set_stays_line_by_line(kind: str) -> None:
    lines = SET[kind].split("\n")
    broken = [piece for line in lines for piece in wrapped(line, 60)]
    assert list(flowing(SET[kind], 60)) == broken


def test_paragraphs_stay_apart() -> None:
    sent = "\n\n".join("\n".join(wrap(COMPLAINT, 72)) for _ in range(2))
    lines = list(flowing(sent, 60))
    assert lines == [*wrap(COMPLAINT, 60), "", *wrap(COMPLAINT, 60)]


@given(
    st.text(alphabet=st.sampled_from("ab -1.>|\n\t日é"), max_size=400)
    | st.lists(st.sampled_from(["word", "a", "prolongation", "\n", "."]), max_size=80).map(
        " ".join
    ),
    st.integers(2, 90),
)
def test_no_character_is_lost_and_no_line_is_wider(text: str, width: int) -> None:
    lines = list(flowing(text, width))
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width_of(line) <= width for line in lines)
    if all(width_of(line) <= width for line in text.split("\n")):
        assert [line for line in lines if line.strip()] == [
            line for line in wrapped(text, width) if line.strip()
        ]


def test_a_text_without_end_is_computed_as_it_is_read() -> None:
    lines = flowing("word " * 2_000_000, 70)
    assert next(lines) == " ".join(["word"] * 14)
