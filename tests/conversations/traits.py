"""The traits of mail that threading is judged by: each is a small story, alone for a test of its
own, or one of many in a world."""

from collections.abc import Callable
from datetime import timedelta

from tests.conversations.languages import (
    CHARSETS,
    ENGLISH,
    FRENCH,
    GERMAN,
    JAPANESE,
    LANGUAGES,
    RUSSIAN,
    SPANISH,
)
from tests.conversations.letter import MAILBOX, Person
from tests.conversations.scene import EMPTY, OTHER_FOLDER, Look, Scene
from tests.conversations.wire import File, Transfer, Words, transfers

Story = Callable[[Scene], None]
TRAITS: dict[str, Story] = {}
DEEPEST = 12
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000a49444154789c6360000002000154a24f5d0000000049454e44ae426082"
)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def story(name: str) -> Callable[[Story], Story]:
    """Register a story under the name of its trait."""

    def register(tell: Story) -> Story:
        TRAITS[name] = tell
        return tell

    return register


@story("thread")
def thread(scene: Scene) -> None:
    """A customer and the shop, one to twelve of the customer's mails deep."""
    customer = scene.person()
    last = scene.opens(customer)
    for _ in range(min(DEEPEST, int(scene.rng.expovariate(0.45)))):
        answered = scene.shop_answers(last) if scene.rng.random() < 0.8 else last
        last = scene.answers(answered, customer)


@story("twelve-deep")
def twelve_deep(scene: Scene) -> None:
    """The longest thread, so that References is folded over many lines."""
    customer = scene.person()
    last = scene.opens(customer)
    for _ in range(DEEPEST - 1):
        last = scene.answers(scene.shop_answers(last), customer)


@story("changed-subject")
def changed_subject(scene: Scene) -> None:
    """References hold the thread together although the subject is another."""
    customer = scene.person(ENGLISH)
    first = scene.opens(customer, "Where is my parcel?")
    second = scene.answers(scene.shop_answers(first), subject="Something completely different")
    scene.answers(scene.shop_answers(second), subject="")


@story("equal-subjects")
def equal_subjects(scene: Scene) -> None:
    """Equal subjects make no thread, neither of two people nor of one."""
    one, two = scene.person(GERMAN), scene.person(GERMAN)
    asked = scene.opens(one, "Rückfrage zur Lieferung")
    scene.opens(two, "Rückfrage zur Lieferung")
    scene.opens(two, "Re: Rückfrage zur Lieferung")
    scene.opens(one, "Rückfrage zur Lieferung")
    scene.answers(scene.shop_answers(asked))


@story("replies-before-parents")
def replies_before_parents(scene: Scene) -> None:
    """Three mails of one customer arrive in the wrong order, the first of them up to ten days
    late."""
    customer = scene.person()
    late = timedelta(minutes=scene.rng.choice((1, 300, 3_000, 14_000)))
    first = scene.opens(customer)
    second = scene.answers(scene.shop_answers(first), delivered=first.sent + timedelta(minutes=4))
    scene.answers(second, delivered=first.sent + timedelta(minutes=1))
    scene.opens(scene.person(), delivered=first.sent + timedelta(minutes=1))
    scene.delay_first(first.sent + timedelta(minutes=6) + late)


@story("colleague-before-customer")
def colleague_before_customer(scene: Scene) -> None:
    """A colleague's answer to all arrives before the customer's mail that it answers."""
    customer, colleague = scene.person(), scene.person()
    first = scene.opens(customer, cc=(colleague.address,))
    scene.answers(first, colleague, to=(customer.address,), delivered=first.sent)
    scene.delay_first(first.sent + timedelta(hours=2))


@story("colleague-overtakes-customer")
def colleague_overtakes_customer(scene: Scene) -> None:
    """A colleague in Cc answers us alone, and that mail is a second quicker: whoever decides both
    at once looks at the customer's first."""
    customer, colleague = scene.person(), scene.person()
    first = scene.opens(customer, cc=(colleague.address,))
    scene.answers(first, colleague, delivered=first.sent)
    scene.delay_first(first.sent + timedelta(seconds=1))


@story("missing-message-ids")
def missing_message_ids(scene: Scene) -> None:
    """Mails without an id, or with an empty one, are strangers to each other; within a thread
    References carry them."""
    one, two, three, four = (scene.person() for _ in range(4))
    scene.opens(one, message_id=None)
    scene.opens(two, message_id=None)
    scene.opens(three, message_id=EMPTY)
    scene.opens(four, message_id=EMPTY)
    first = scene.opens(scene.person())
    nameless = scene.answers(scene.shop_answers(first), message_id=None)
    scene.answers(scene.shop_answers(nameless))


@story("doubled-message-ids")
def doubled_message_ids(scene: Scene) -> None:
    """Two people's programs made up the same id; each goes on with their own mail."""
    one, two = scene.person(), scene.person()
    shared = scene.new_id("form.example")
    first, other = scene.opens(one, message_id=shared), scene.opens(two, message_id=shared)
    again = scene.answers(scene.shop_answers(other))
    scene.answers(scene.shop_answers(first))
    scene.answers(scene.shop_answers(again))
    scene.answers(first)


@story("references-cut")
def references_cut(scene: Scene) -> None:
    """Programs and relays that shorten References: the middle, the beginning or everything but
    In-Reply-To is missing."""
    customer = scene.person()
    first = scene.opens(customer)
    middle = scene.answers(scene.shop_answers(scene.answers(scene.shop_answers(first))))
    answered = scene.shop_answers(middle)
    scene.answers(answered, references=(first.chain[0], answered.chain[-1]))
    scene.answers(answered, references=answered.chain[-2:])
    scene.answers(middle, references=())
    scene.answers(answered, references=answered.chain[:3], in_reply_to=())


@story("colleague-in-cc")
def colleague_in_cc(scene: Scene) -> None:
    """A colleague that the customer put in Cc answers, and so does one whom the colleague brings
    in."""
    customer, colleague, chief = scene.person(), scene.person(), scene.person()
    first = scene.opens(customer, cc=(colleague.address,))
    second = scene.answers(first, colleague, cc=(chief.address,))
    third = scene.answers(scene.shop_answers(second), chief)
    scene.answers(scene.shop_answers(third), customer)


@story("other-address-in-reply-to")
def other_address_in_reply_to(scene: Scene) -> None:
    """The customer wants answers sent to another address and goes on from there."""
    customer, private = scene.person(), scene.person()
    first = scene.opens(customer, extra=(("Reply-To", private.address),))
    scene.answers(scene.shop_answers(first), private)


@story("stranger-quotes-message-id")
def stranger_quotes_message_id(scene: Scene) -> None:
    """Whoever nobody in the thread knows gets a ticket of their own, whatever they quote, and stays
    in it."""
    customer, stranger, other = (scene.person() for _ in range(3))
    first = scene.opens(customer)
    later = scene.answers(scene.shop_answers(first))
    intruder = scene.opens(
        stranger,
        replied_subject(later.subject),
        in_reply_to=later.chain[-1:],
        references=later.chain,
    )
    scene.opens(other, references=later.chain[:1])
    scene.answers(scene.shop_answers(intruder))
    scene.answers(scene.shop_answers(later))


@story("stranger-names-a-number")
def stranger_names_a_number(scene: Scene) -> None:
    """A number in the subject lets nobody in who is not known there."""
    first = scene.opens(scene.person(ENGLISH))
    scene.opens(scene.person(ENGLISH), f"[#{scene.rng.randrange(1, 6)}] {first.subject}")


@story("agent-writes-by-mail")
def agent_writes_by_mail(scene: Scene) -> None:
    """An agent, and somebody of our own domain, answer from their mail programs."""
    customer = scene.person()
    ada, warehouse = (
        Person("Ada", "ada@shop.test", ENGLISH, 1),
        Person("Warehouse", "warehouse@shop.test", ENGLISH, 1),
    )
    first = scene.opens(customer)
    answer = scene.answers(first, ada, to=(customer.address,))
    scene.answers(answer, warehouse)
    scene.answers(answer, customer)


@story("two-folders")
def two_folders(scene: Scene) -> None:
    """The same bytes lie in two folders that are both synced: one message."""
    customer = scene.person()
    first = scene.opens(customer)
    scene.copy_to(OTHER_FOLDER)
    scene.answers(scene.shop_answers(first))
    scene.copy_to(OTHER_FOLDER)


@story("auto-reply")
def auto_reply(scene: Scene) -> None:
    """An out-of-office answer to the shop's reply, then the customer."""
    customer = scene.person(ENGLISH)
    answered = scene.shop_answers(scene.opens(customer))
    absent = (("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All"))
    scene.answers(
        answered,
        subject=f"Automatic reply: {answered.subject}",
        extra=absent,
        delivered=answered.sent + timedelta(seconds=5),
    )
    scene.answers(answered)


@story("html-only")
def html_only(scene: Scene) -> None:
    """Mails that are a web page and nothing else."""
    customer = scene.person()
    first = scene.opens(customer, look={"body": "html"})
    scene.answers(
        scene.shop_answers(first),
        look={"body": "html", "charset": "utf-8", "transfer": Transfer.BASE64},
    )


@story("alternative")
def alternative(scene: Scene) -> None:
    """Text and the same as a web page."""
    first = scene.opens(scene.person(), look={"body": "alternative"})
    scene.answers(scene.shop_answers(first), look={"body": "alternative"})


@story("attachments")
def attachments(scene: Scene) -> None:
    """Files beside the text, one with a name that is not ASCII, and a picture within it."""
    customer = scene.person(GERMAN)
    receipt = File("Rechnung für März.pdf", "application/pdf", PDF)
    table = File("orders.csv", "text/csv", b"number;price\r\n17;9,90\r\n")
    first = scene.opens(customer, look={"files": (receipt, table)})
    photo = File("photo.png", "image/png", PNG, content_id=f"photo.{scene.number}@office.test")
    second = scene.answers(scene.shop_answers(first), look={"body": "html", "files": (photo,)})
    scene.answers(
        second, look={"body": "alternative", "files": (File("photo.png", "image/png", PNG),)}
    )


@story("languages")
def languages(scene: Scene) -> None:
    """A customer of each language."""
    for language in LANGUAGES:
        scene.opens(scene.person(language))


@story("raw-utf8-headers")
def raw_utf8_headers(scene: Scene) -> None:
    """Headers in UTF-8 without any encoding (RFC 6532), as some programs send them unasked."""
    for language in (FRENCH, SPANISH, RUSSIAN, JAPANESE):
        scene.opens(scene.person(language), look={"charset": "utf-8", "words": Words.RAW})


@story("not-to-us-alone")
def not_to_us_alone(scene: Scene) -> None:
    """Our address stands between others, in another case, and in Cc; nobody is let in by it."""
    one, two = scene.person(), scene.person()
    first = scene.opens(one, to=(MAILBOX.upper(), "orders@wholesale.test"))
    scene.opens(two, cc=(MAILBOX, "orders@wholesale.test"))
    scene.answers(first)


def replied_subject(subject: str) -> str:
    """The subject as a foreign program would take it over."""
    return f"Re: {subject.removeprefix('Re: ')}"


def in_charset(charset: str) -> Story:
    """The story of one charset, by every transfer encoding and both kinds of encoded words."""

    def tell(scene: Scene) -> None:
        last = None
        for transfer in transfers(charset):
            for words in (Words.B, Words.Q):
                look: Look = {"charset": charset, "transfer": transfer, "words": words}
                last = (
                    scene.answers(scene.shop_answers(last), look=look)
                    if last
                    else scene.opens(scene.person(CHARSETS[charset]), look=look)
                )

    return tell


def register_charsets() -> None:
    """A trait a charset."""
    for charset in CHARSETS:
        TRAITS[f"charset-{charset}"] = in_charset(charset)


register_charsets()
