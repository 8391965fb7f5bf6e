"""Customers answer what the agent wrote to them, in its thread, twice at most."""

from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from supportcli.demo.customers import Customers
from supportcli.demo.story import stories

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
AFTER = 7.0


class Post:
    """Keeps what is to be delivered later, and delivers it when told."""

    def __init__(self) -> None:
        self.due: list[tuple[float, Callable[[], bytes]]] = []

    def later(self, seconds: float, write: Callable[[], bytes]) -> None:
        self.due.append((seconds, write))

    def delivered(self) -> list[EmailMessage]:
        return [message_from_bytes(write(), EmailMessage, policy=default) for _, write in self.due]


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def customers(post: Post) -> Customers:
    return Customers(list(stories()), post.later, AFTER, lambda: NOW)


def reply(to: str, **headers: str) -> bytes:
    mail = EmailMessage()
    mail["From"] = "Ada <help@halden.test>"
    mail["To"] = to
    mail["Subject"] = "Re: Aria 2 arrived with a dent [#12]"
    mail["Message-ID"] = "<signed.12@halden.test>"
    mail["References"] = "<first@fernmail.test> <second@fernmail.test>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("Hello Clara,\n\na new one leaves today.\n\nAda\n")
    return mail.as_bytes()


def test_an_answer_stands_in_the_thread_of_the_reply(post: Post, customers: Customers) -> None:
    customers.read(reply("Clara Whitfield <clara.whitfield@fernmail.test>"))
    [answer] = post.delivered()
    assert post.due[0][0] == AFTER
    assert answer["In-Reply-To"] == "<signed.12@halden.test>"
    assert answer["References"].split() == [
        "<first@fernmail.test>",
        "<second@fernmail.test>",
        "<signed.12@halden.test>",
    ]
    assert answer["Subject"] == "Re: Aria 2 arrived with a dent [#12]"
    assert answer["From"] == "Clara Whitfield <clara.whitfield@fernmail.test>"
    assert answer["To"] == "Ada <help@halden.test>"
    assert answer["Date"].datetime == NOW


def test_an_answer_quotes_the_reply(post: Post, customers: Customers) -> None:
    customers.read(reply("clara.whitfield@fernmail.test"))
    [answer] = post.delivered()
    own, _, quoted = (
        answer.get_content()
        .replace("\r\n", "\n")
        .partition("On 23 Nov 2026, at 09:00, Ada <help@halden.test> wrote:\n")
    )
    assert "Thursday between 9 and 12" in own
    assert quoted.splitlines()[:3] == ["> Hello Clara,", ">", "> a new one leaves today."]


def test_a_customer_answers_twice_at_most_and_never_the_same(
    post: Post, customers: Customers
) -> None:
    for _ in range(5):
        customers.read(reply("clara.whitfield@fernmail.test"))
    answers = post.delivered()
    assert len(answers) == 2
    assert answers[0].get_content() != answers[1].get_content()
    assert answers[0]["Message-ID"] != answers[1]["Message-ID"]


def test_an_address_is_found_whatever_its_case(post: Post, customers: Customers) -> None:
    customers.read(reply("Clara.Whitfield@Fernmail.TEST"))
    assert len(post.due) == 1


def test_who_writes_in_another_language_quotes_in_it(post: Post, customers: Customers) -> None:
    customers.read(reply("ken.sato@asagiri.test"))
    [answer] = post.delivered()
    assert "変圧器" in answer.get_content()
    assert "2026年11月23日 18:00" in answer.get_content()


@pytest.mark.parametrize(
    "raw",
    [
        reply("nobody@fernmail.test"),
        reply("ilse.bauer@institut-donau.test"),
        reply("mailer-daemon@mail.halden.test"),
        reply("clara.whitfield@fernmail.test", Auto_Submitted="auto-replied"),
        b"",
        b"To: \r\n\r\n",
    ],
    ids=["a stranger", "who is away", "a machine", "an automatic mail", "nothing", "to nobody"],
)
def test_nobody_answers(post: Post, customers: Customers, raw: bytes) -> None:
    customers.read(raw)
    assert post.due == []
