"""The marks before a subject, in the languages of the mail programs that write them."""

import pytest

from supportcli.domain.intake.thread_ids import reply_subject
from supportcli.domain.text.subjects import behind_marks, behind_reply_marks, is_forward, is_reply


@pytest.mark.parametrize(
    ("subject", "reply", "forward", "behind"),
    [
        ("Lamp", False, False, "Lamp"),
        ("Re: Lamp", True, False, "Lamp"),
        ("RE[2]: AW: Lamp", True, False, "Lamp"),
        ("Antwort: Fwd: Lamp", True, False, "Lamp"),
        ("回复：Lamp", True, False, "Lamp"),
        ("WG: Re: Lamp", False, True, "Lamp"),
        ("Пересл.: Lamp", False, True, "Lamp"),
        ("VS: Lamp", True, True, "Lamp"),
        ("Core: Lamp", False, False, "Core: Lamp"),
        ("[shop] Re: Lamp", False, False, "[shop] Re: Lamp"),
        ("Re: [shop] Re: Lamp", True, False, "[shop] Re: Lamp"),
    ],
)
def test_marks_count_at_the_beginning(
    subject: str, reply: bool, forward: bool, behind: str
) -> None:
    assert (is_reply(subject), is_forward(subject), behind_marks(subject)) == (
        reply,
        forward,
        behind,
    )


def test_the_mark_of_a_forward_stays_in_a_reply() -> None:
    assert behind_reply_marks("Re: Fwd: Re: Lamp") == "Fwd: Re: Lamp"


def test_a_reply_has_one_mark_in_whichever_language_it_was_answered() -> None:
    assert reply_subject("Antwort: R: 返信: Lamp [#12]", 12) == "Re: Lamp [#12]"
