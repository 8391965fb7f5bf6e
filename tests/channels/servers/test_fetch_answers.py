"""The quick way to read an answer to FETCH says what imapclient's parser says, or nothing."""

from hypothesis import given
from hypothesis import strategies as st

from supportcli.channels.servers import fetch_answers

ITEMS = st.sampled_from(
    [
        b"UID 7",
        b"UID 08",
        b"uid 7",
        b"RFC822.SIZE 12",
        b"RFC822.SIZE 99999999999999999999999",
        b"RFC822.SIZE -1",
        b'INTERNALDATE "02-Mar-2026 10:00:00 +0100"',
        b'INTERNALDATE " 2-Mar-2026 10:00:00 +0100"',
        b'INTERNALDATE "UID 9"',
        b'INTERNALDATE ""',
        b'INTERNALDATE "a\\"b"',
        b'INTERNALDATE "(\xff)"',
        b"INTERNALDATE NIL",
        b"BODY[] NIL",
        b'BODY[] "x"',
        b"FLAGS (\\Seen)",
        b"MODSEQ (5)",
        b"()",
        b"",
    ]
)
LITERALS = st.sampled_from([b"", b"a", b"1 (UID 9)", b")", b"\r\n\0\xff"])


@st.composite
def lines(draw: st.DrawFn) -> list[fetch_answers.Part]:
    """What imaplib makes of an answer about one mail."""
    said = b" ".join(draw(st.lists(ITEMS, max_size=4)))
    if draw(st.booleans()):
        return [b"1 (%s)%s" % (said, draw(st.sampled_from([b"", b"", b" ", b")"])))]
    literal = draw(LITERALS)
    length = draw(st.sampled_from([len(literal), len(literal), 3]))
    ends = draw(st.sampled_from([b")", b")", b" UID 7)", b" FLAGS ())", b"", b"2 (UID 7)"]))
    return [(b"1 (%s BODY[] {%d}" % (said, length), literal), ends]


@given(st.lists(lines(), max_size=3))
def test_both_ways_say_the_same(answers: list[list[fetch_answers.Part]]) -> None:
    answer = [part for one in answers for part in one]
    if (quickly := fetch_answers.plainly(answer)) is not None:
        assert quickly == list(fetch_answers.parsed(answer))


def test_what_servers_usually_say_is_read_quickly() -> None:
    at = b'INTERNALDATE "02-Mar-2026 10:00:00 +0100"'
    answer: list[fetch_answers.Part] = [
        b"1 (UID 7 RFC822.SIZE 2 %s)" % at,
        (b"2 (%s UID 8 RFC822.SIZE 3 BODY[] {3}" % at, b"abc"),
        b")",
    ]
    assert fetch_answers.plainly(answer) == [
        {b"UID": 7, b"RFC822.SIZE": 2, b"INTERNALDATE": b"02-Mar-2026 10:00:00 +0100"},
        {
            b"UID": 8,
            b"RFC822.SIZE": 3,
            b"INTERNALDATE": b"02-Mar-2026 10:00:00 +0100",
            b"BODY[]": b"abc",
        },
    ]
