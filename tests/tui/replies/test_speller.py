"""The agent's own spell checker: a process that may be missing, slow, broken or hostile."""

import shutil
import time
from pathlib import Path

import pytest

from supportcli.errors.replies import SpellingFailed
from supportcli.tui.replies.spelling import speller as spelling
from supportcli.tui.replies.spelling.speller import BATCH, Speller
from tests.tui.replies.spellers import broken, speller


def test_each_word_is_right_or_has_suggestions(tmp_path: Path) -> None:
    command, asked = speller(tmp_path)
    one = Speller(command, tmp_path / "config.toml")
    try:
        assert one.suggestions(["We", "recieve", "Grinnder", "don’t"]) == {
            "We": None,
            "recieve": ("receive", "relieve"),
            "Grinnder": (),
            "don’t": None,
        }
        one.learn("recieve")
        assert one.suggestions(["recieve"]) == {"recieve": None}
    finally:
        one.end()
    assert asked.read_text().splitlines() == [
        *("^We", "^recieve", "^Grinnder", "^don't"),
        *("*recieve", "#", "^recieve"),
    ]


def test_many_words_are_asked_in_batches(tmp_path: Path) -> None:
    one = Speller(speller(tmp_path)[0], tmp_path / "config.toml")
    words = [f"word{'x' * number}" for number in range(2 * BATCH + 1)]
    try:
        assert one.suggestions(words) == dict.fromkeys(words)
    finally:
        one.end()


def test_nothing_that_a_checker_suggests_is_raw(tmp_path: Path) -> None:
    command, _ = speller(tmp_path, bad="good\x1b]0;OWNED\x07, \u202eevil, " + "x" * 100)
    one = Speller(command, tmp_path / "config.toml")
    try:
        (found,) = one.suggestions(["bad"]).values()
    finally:
        one.end()
    assert found is not None
    assert "x" * 100 not in found
    assert not any("\x1b" in word or "\x07" in word or "\u202e" in word for word in found)


FAILURES = {
    "missing": ("no-such-program-here -a", "there is no program no-such-program-here"),
    "shell": ("aspell -a | cat", "started without a shell"),
    "crash": ("echo 'No word lists\x1b[31m for xx' >&2; exit 1", "it ended: No word lists"),
    "garbage": ("echo '@(#) hello'; while read x; do echo what; done", "no answer of ispell -a"),
    "greeting": ("echo hello; sleep 60", "does not greet"),
    "silent": ("echo '@(#) hello'; sleep 60", "gave no answer within"),
    "endless": ("tr '\\0' x </dev/zero", "a line that does not end"),
    "lines": ("echo '@(#) hello'; yes '*'", "gave no answer within"),
    "deaf": ("exec <&-; echo '@(#) hello'", "it ended"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_checker_that_fails_says_why_and_is_not_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: str
) -> None:
    script, why = FAILURES[failure]
    if failure in {"silent", "lines"}:
        monkeypatch.setattr(spelling, "SECONDS", 0.5)
    command = script if failure in {"missing", "shell"} else broken(tmp_path, script)
    one = Speller(command, tmp_path / "config.toml")
    with pytest.raises(SpellingFailed, match=why) as failed:
        one.suggestions(["recieve"])
    assert "\x1b" not in failed.value.sentence
    before = time.monotonic()
    with pytest.raises(SpellingFailed, match=why):
        one.suggestions(["recieve"])
    assert time.monotonic() - before < 0.1
    assert one not in spelling._running


def test_a_config_that_others_can_write_starts_nothing(tmp_path: Path) -> None:
    command, asked = speller(tmp_path)
    config = tmp_path / "config.toml"
    config.touch()
    config.chmod(0o666)
    with pytest.raises(SpellingFailed, match="others can write it"):
        Speller(command, config).suggestions(["recieve"])
    assert asked.read_text() == ""


@pytest.mark.parametrize(
    "command",
    [
        command
        for command in ("aspell -a --lang=en", "hunspell -a -d en_US")
        if shutil.which(command.split()[0])
    ]
    or ["{test}"],
)
def test_checkers_that_people_have_answer(tmp_path: Path, command: str) -> None:
    one = Speller(command.format(test=speller(tmp_path)[0]), tmp_path / "config.toml")
    try:
        found = one.suggestions(["receive", "recieve", "tomorrow", "don’t", "営業"])
    finally:
        one.end()
    assert found["receive"] is found["tomorrow"] is found["don’t"] is found["営業"] is None
    assert "receive" in (found["recieve"] or ())
