"""What may be about the same thing: what the customer has open, what is called alike, what the
customer had solved."""

from supportcli.desk import Desk
from supportcli.desk.tickets import lists, verbs
from supportcli.desk.tickets.related.proposals import related
from tests.desk.desks import write_in


def proposed(desk: Desk, number: int, most: int = 100) -> list[tuple[int, bool]]:
    line = lists.lines(desk, [number])[0]
    return [(one.line.number, one.alike) for one in related(desk, line, most)]


def test_the_likeliest_come_first(desk: Desk) -> None:
    write_in(desk, subject="Mill is stuck")
    write_in(desk, subject="Invoice")  # solved below
    write_in(desk, subject="Order 1042")
    write_in(desk, subject="Re: mill stuck", sender="sue@else.test")
    write_in(desk, subject="A mill for my garden, please", sender="eve@else.test")
    write_in(desk, subject="Mill is stuck again", sender="bob@else.test")
    write_in(desk, subject="Mill is stuck", sender="spam@else.test")
    verbs.solve(desk, [2])
    verbs.spam(desk, [7])
    assert proposed(desk, 1) == [(3, False), (6, True), (4, True), (2, False)]
    assert proposed(desk, 1, most=2) == [(3, False), (6, True)]


def test_a_subject_without_a_word_is_like_no_other(desk: Desk) -> None:
    write_in(desk, subject="Re: ?")
    write_in(desk, subject="Re: !", sender="sue@else.test")
    assert proposed(desk, 1) == []
