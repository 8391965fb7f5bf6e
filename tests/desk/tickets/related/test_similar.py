"""How tickets like one were answered: solved ones that share its rarest words."""

from supportcli.desk import Desk
from supportcli.desk.replies import writing
from supportcli.desk.tickets import verbs
from supportcli.desk.tickets.related.similar import similar
from supportcli.domain.tickets.alike import sought, weight
from supportcli.domain.tickets.ticket import Status
from tests.desk.desks import write_in


def solved(desk: Desk, subject: str, text: str, answer: str, sender: str = "eva@b.test") -> int:
    number = write_in(desk, subject=subject, text=text, sender=sender)
    writing.reply(desk, number, answer, status=Status.SOLVED)
    return number


def test_solved_tickets_that_share_words_come_with_the_answer(each_desk: Desk) -> None:
    grinder = solved(each_desk, "Grinder jams", "My grinder jams with dark beans.", "Clean it.")
    solved(each_desk, "Invoice missing", "Where is the invoice of May?", "Here it is.")
    write_in(each_desk, subject="Grinder jams again", text="The grinder jams, dark beans.")
    asked = write_in(each_desk, subject="Grinder jams", text="It jams with dark beans, every day.")
    (found,) = similar(each_desk, asked)
    assert found.line.number == grinder, "one that nobody solved has no answer"
    assert found.answer == "Clean it."
    assert found.by.name == "Ada Byron"


def test_the_likest_comes_first_and_no_more_than_asked_for(each_desk: Desk) -> None:
    for number in range(5):
        solved(each_desk, "Steam wand leaks", f"The steam wand leaks, case {number}.", "A.")
    close = solved(each_desk, "Steam wand leaks", "Orange rust around the gasket.", "New gasket.")
    asked = write_in(each_desk, subject="Steam wand", text="Rust, orange, all around the gasket!")
    found = similar(each_desk, asked, 3)
    assert len(found) == 3
    assert found[0].line.number == close


def test_only_an_agents_own_words_are_an_answer(each_desk: Desk) -> None:
    silent = write_in(each_desk, subject="Blue kettle whistles", text="The kettle whistles.")
    verbs.solve(each_desk, [silent])
    asked = write_in(each_desk, subject="Blue kettle whistles", text="It whistles.")
    assert similar(each_desk, asked) == []


def test_an_answer_in_another_language_is_no_help(each_desk: Desk) -> None:
    said = (
        "Hallo, die Grinder 3000 ist kaputt und ich habe noch keine Antwort. Bitte helfen, danke."
    )
    solved(each_desk, "Grinder 3000", said, "Wir helfen.")
    english = "Hello, the Grinder 3000 is broken and I have no answer yet. Please help, thanks."
    asked = write_in(each_desk, subject="Grinder 3000", text=english)
    assert similar(each_desk, asked) == []
    again = write_in(each_desk, subject="Grinder 3000", text=said)
    assert [one.answer for one in similar(each_desk, again)] == ["Wir helfen."]


def test_words_in_a_script_without_spaces_are_found(each_desk: Desk) -> None:
    solved(each_desk, "磨豆机坏了", "我的磨豆机坏了。", "请寄回。")
    asked = write_in(each_desk, subject="磨豆机", text="新的磨豆机又坏了！")
    assert [one.answer for one in similar(each_desk, asked)] == ["请寄回。"]


def test_a_ticket_without_words_has_none_like_it(each_desk: Desk) -> None:
    assert similar(each_desk, write_in(each_desk, subject="", text="")) == []


def test_long_words_and_numbers_are_sought_and_rare_ones_count_more() -> None:
    found = sought("Re: Order 77", "please send the Order to me again", {"please"}.__contains__)
    assert [one.tokens for one in found if one.in_subject] == [("order",), ("77",)]
    assert [one.tokens for one in found if not one.in_subject] == [("again",), ("send",)]
    first = found[0]
    assert weight(first, 1, 300) > weight(first, 50, 300) > weight(first, 300, 300)
