"""A paste is one text, whatever stands in it and in whatever pieces it comes."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from textual import events

from supportcli.desk.tickets import inbox
from supportcli.tui.driver.driver import PasteParser
from supportcli.tui.driver.pastes import BEGINS, ENDS, Pastes
from tests.tui.driver.test_typed_ahead import state, terminal
from tests.tui.inboxes import marked, shop, until

LOG = "log: \x1b[31mError: bee\x1b[0m e z \x1b]52;c;x\x07\x1b[2J 3 m end"
SIGNS = st.text(st.sampled_from("\x1b[201~e Aé\r"), max_size=12)
WRITTEN = st.lists(
    st.one_of(SIGNS, SIGNS.map(lambda text: BEGINS + text.replace(ENDS, "") + ENDS)), max_size=5
).map("".join)


@given(WRITTEN, st.lists(st.integers(1, 9), max_size=40))
def test_the_pieces_in_which_it_comes_make_no_difference(written: str, cuts: list[int]) -> None:
    pastes, found, rest = Pastes(), "", written
    for size in [*cuts, len(written) + 1]:
        piece, rest = rest[:size], rest[size:]
        found += pastes.marked(piece) if piece else ""
    assert found == Pastes().marked(written)


@given(st.text(st.sampled_from("\x1b[20e A\r")))
def test_what_is_no_paste_passes_at_once(typed: str) -> None:
    pastes = Pastes()
    assert "".join(map(pastes.marked, typed)) == typed


def test_escapes_within_a_paste_are_marked_and_others_are_not() -> None:
    assert (
        Pastes().marked(f"\x1bOA{BEGINS}a\x1b[31mb{ENDS}\x1bOB{BEGINS}\x1b{ENDS}")
        == f"\x1bOA{BEGINS}a␛[31mb{ENDS}\x1bOB{BEGINS}␛{ENDS}"
    )


def test_a_paste_that_comes_sign_by_sign_does_not_end_the_input() -> None:
    parser = PasteParser()
    read = [event for sign in f"{BEGINS}a\x1b[31mb{ENDS}j" for event in parser.feed(sign)]
    read += parser.feed("k")
    assert [event.text for event in read if isinstance(event, events.Paste)] == ["a␛[31mb"]
    assert [event.key for event in read if isinstance(event, events.Key)] == ["j", "k"]


def test_a_log_in_colours_that_is_pasted_into_the_list_does_nothing(tmp_path: Path) -> None:
    with shop(tmp_path) as desk, terminal(desk) as screen:
        screen.wait_for("1 of 6")
        before = state(desk)
        screen.send(BEGINS + LOG + ENDS)
        screen.wait_for("Nothing was pasted")
        screen.send("G")
        screen.wait_until(lambda: marked(screen) == 6)
        assert state(desk) == before


def test_a_log_in_colours_is_pasted_into_a_reply_as_it_stands(tmp_path: Path) -> None:
    with shop(tmp_path) as desk, terminal(desk) as screen:
        screen.wait_for("1 of 6")
        screen.send("r" + BEGINS + LOG + ENDS)
        screen.wait_for("␛[31mError: bee␛[0m")
        until(lambda: bool(inbox.my_drafts(desk)))
        assert inbox.my_drafts(desk)[1, "reply"].text == LOG.replace("\x1b", "␛")
