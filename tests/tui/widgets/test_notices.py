"""What is said fits, and ends with the next step."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.errors import SupportError
from supportcli.errors.database import DatabaseBusy
from supportcli.errors.replies import NobodyToAnswer, RecipientsUnsure, ReplyHasLeft, SendRefused
from supportcli.errors.tickets import AgentUnknown, ChangedMeanwhile, StepNotAllowed
from supportcli.rendering.ink import Ink, width_of
from supportcli.rendering.wrap import flowed
from supportcli.tui.keymaps.keymap import KeyMap
from supportcli.tui.notices import Notices
from supportcli.tui.widgets.notice import Notice
from tests.desk.desks import StandingClock, write_in
from tests.rendering.lines import plain
from tests.tui.inboxes import Seen, drive, shop


def test_a_long_subject_does_not_push_the_undo_away(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=0) as desk:
        write_in(
            desk, sender="maria@acme.test", subject="Richiesta di accesso ai dati personali " * 5
        )

        async def script(seen: Seen) -> None:
            await seen.press("i")
            assert "Took #1 Richiesta di accesso" in seen.text
            assert "… · z undo" in seen.text

        drive(desk, script, size=(80, 24))


def test_a_query_that_cannot_be_read_is_explained_whole(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("/", *"status:opne", "enter")
            assert "“opne” is not a status. Did you mean “open”" in seen.text
            assert seen.screen.context.filter_bar.field.value == "status:opne"

        drive(desk, script, size=(80, 24))


def test_a_mailbox_that_there_is_not_is_told_as_a_wrong_word_is(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("/", *"mailbox:hlep", "enter")
            assert "“hlep” is not a mailbox of this desk." in seen.text
            assert seen.screen.context.filter_bar.field.value == "mailbox:hlep"

        drive(desk, script, size=(80, 24))


def test_a_refusal_stays_while_keys_move_that_came_before_anybody_could_read_it() -> None:
    clock, line = StandingClock(), Notice(id="notice")
    notices = Notices(line, clock, KeyMap().key)
    notices.refuse("Not solved: Bob wrote a note")
    notices.step_on()
    assert "Not solved" in as_lines(line, 80)[0]
    clock.tick(seconds=0.8)
    notices.step_on()
    assert "Not solved" not in as_lines(line, 80)[0]


def test_what_was_not_done_stands_before_what_is_done_next(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            busy = DatabaseBusy("desk.db", 10.0)
            seen.screen.context.notices.fail_verb("#9 was not solved", busy)
            await seen.shows("#9 was not solved. The desk at desk.db has been locked")
            await seen.press("i")
            assert "#9 was not solved · Took #1 Leak" in seen.text
            assert "z undo" in seen.text
            desk.clock.tick(seconds=11)  # type: ignore[attr-defined]
            await seen.press("j", "i")
            assert "was not solved" not in seen.text
            assert "Took #2" in seen.text

        drive(desk, script, size=(80, 24))


LONGEST = [
    SendRefused(12345, "a mail server's report by postmaster@a-long-name-of-a-server.example.test"),
    RecipientsUnsure(
        "the reply to #12345 goes to Maximiliane von Hohenzollern-Sigmaringen <maximiliane@hohenzollern.example.test>, new in it"
    ),
    NobodyToAnswer(
        12345,
        [
            "Maximiliane von Hohenzollern <maximiliane@hohenzollern.example.test>",
            "noreply@example.test",
        ],
    ),
    ReplyHasLeft(12345),
    StepNotAllowed(12345, "deleted", "pending"),
    ChangedMeanwhile(
        12345, "Maximiliane Freifrau von Hohenzollern-Sigmaringen set it to pending 59 min ago"
    ),
    AgentUnknown("maximiliane@hohenzollern.example.test"),
]


_NEWS = re.compile(r"↑12 new · 3 moved (?:· \^l sorts(?: +synced 12 s ago)?|\^l)")


def as_lines(notice: Notice, width: int) -> list[str]:
    return [plain(*line) for line in notice._lines(width)]


@pytest.mark.parametrize("error", LONGEST, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("width", [80, 100, 160])
def test_no_sentence_loses_its_next_step(error: SupportError, width: int) -> None:
    notice = Notice(id="notice")
    notice.news_key = "^l"
    notice.show_news("↑12 new · 3 moved")
    notice.show_quiet("synced 12 s ago")
    notice.say((error.sentence, Ink.ERROR), (f" {error.hint}", Ink.DIM))
    lines = as_lines(notice, width)
    assert len(lines) <= 4
    assert all(width_of(line) <= width for line in lines)
    shown = " ".join(_NEWS.sub("", " ".join(lines)).split())
    assert shown == " ".join(f"{error.sentence} {error.hint}".split())


def test_what_to_do_begins_a_line_where_all_does_not_fit_one() -> None:
    notice = Notice(id="notice")
    notice.news_key = "^l"
    notice.show_news("↑12 new · 3 moved")
    notice.say(
        (
            "Not set to waiting: Maximiliane Freifrau wrote a note 10 s ago · w again does it",
            Ink.WARNING,
        )
    )
    first, last = (line.strip() for line in as_lines(notice, 80))
    assert first == "Not set to waiting: Maximiliane Freifrau wrote a note 10 s ago"
    assert last.split("  ")[0] == "w again does it"
    notice.say(("Solved", Ink.TEXT))
    assert len(as_lines(notice, 80)) == 1


@pytest.mark.parametrize("width", [80, 100])
def test_what_is_new_elsewhere_does_not_break_a_sentence(width: int) -> None:
    notice = Notice(id="notice")
    notice.news_key = "^l"
    notice.show_news("↑2 new")
    error = ReplyHasLeft(5)
    notice.say((error.sentence, Ink.ERROR), (f" {error.hint}", Ink.DIM))
    assert as_lines(notice, width)[0].startswith(f" {error.sentence} {error.hint}"), "in one line"
    notice.say((f"{error.sentence} {error.sentence} {error.hint}", Ink.ERROR))
    first, last = as_lines(notice, width)
    assert "↑2 new" not in first
    assert last.endswith("↑2 new ^l ")


@given(
    st.lists(st.text("abc ·-漢", max_size=30), max_size=4), st.integers(2, 20), st.integers(2, 40)
)
def test_flowed_text_loses_nothing_and_fits(texts: list[str], first: int, rest: int) -> None:
    lines = [plain(*line) for line in flowed([(text, Ink.TEXT) for text in texts], first, rest)]
    assert "".join("".join(lines).split()) == "".join("".join(texts).split())
    assert all(width_of(line) <= (rest if place else first) for place, line in enumerate(lines))


@pytest.mark.parametrize(
    ("width", "aside"),
    [
        (160, "3 moved · ^l sorts   synced 12 s ago"),
        (60, "3 moved · ^l sorts"),
        (44, "3 moved ^l"),
    ],
)
def test_what_moved_names_what_its_key_does_where_there_is_room(width: int, aside: str) -> None:
    notice = Notice(id="notice")
    notice.news_key = "^l"
    notice.show_news("3 moved")
    notice.show_quiet("synced 12 s ago")
    notice.show_place(("1 of 20 · status:new,open", Ink.TEXT))
    [line] = as_lines(notice, width)
    assert line.startswith(" 1 of 20 · status:new,open  ")
    assert line.rstrip().endswith(f"  {aside}")
