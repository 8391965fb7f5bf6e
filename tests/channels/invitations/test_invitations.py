"""An invitation is read as what, when and where, and who invites."""

import pytest

from supportcli.channels import mime

HEAD = b"From: olga@cal.test\nSubject: Call\nMIME-Version: 1.0\n"
WHAT = "UID:1@cal.test\nSUMMARY:Onboarding call"
BERLIN = "DTSTART;TZID=Europe/Berlin:20260810T140000\nDTEND;TZID=Europe/Berlin:20260810T150000"
OLGA = "ORGANIZER;CN=Olga Berg:mailto:olga@cal.test"


def calendar(*lines: str, method: str = "REQUEST") -> str:
    """A calendar with one event."""
    event = "\n".join(lines)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:{method}\nBEGIN:VEVENT\n{event}\nEND:VEVENT\nEND:VCALENDAR\n"


def alone(text: str, kind: bytes = b"text/calendar; charset=utf-8") -> bytes:
    """A mail that is nothing but a calendar."""
    return (
        HEAD + b"Content-Type: " + kind + b"\nContent-Transfer-Encoding: 8bit\n\n" + text.encode()
    )


def beside(text: str, *calendars: str, kind: bytes = b"text/calendar; charset=utf-8") -> bytes:
    """A mail with a text and calendars."""
    parts = [b"Content-Type: text/plain; charset=utf-8\n\n" + text.encode()]
    parts += [b"Content-Type: " + kind + b"\n\n" + one.encode() for one in calendars]
    body = b"".join(b"--m\n" + one + b"\n" for one in parts)
    return HEAD + b"Content-Type: multipart/mixed; boundary=m\n\n" + body + b"--m--\n"


def said(*lines: str, method: str = "REQUEST") -> str:
    return mime.parse(alone(calendar(*lines, method=method))).text


def test_what_when_where_and_who_invites() -> None:
    where = r"LOCATION:Room 5\, second floor"
    why = r"DESCRIPTION:Please bring the contract\, and the numbers\nof the old desk."
    assert said(WHAT, BERLIN, where, OLGA, why) == (
        "Invitation: Onboarding call\n"
        "When: Mon 10 Aug 2026, 14:00–15:00 (Europe/Berlin, UTC+02:00)\n"
        "Where: Room 5, second floor\n"
        "Invited by: Olga Berg <olga@cal.test>\n"
        "\n"
        "Please bring the contract, and the numbers\nof the old desk."
    )


def test_the_file_can_still_be_saved() -> None:
    raw = alone(calendar(WHAT, BERLIN))
    (file,) = mime.parse(raw).attachments
    assert mime.attachment(raw, file.part).startswith(b"BEGIN:VCALENDAR")


def test_the_text_of_the_mail_stays_and_says_why() -> None:
    read = mime.parse(
        beside("Shall we talk?\n\n-- \nOlga", calendar(WHAT, BERLIN, "DESCRIPTION:long"))
    )
    assert read.text == (
        "Shall we talk?\n\n-- \nOlga\n\nInvitation: Onboarding call\n"
        "When: Mon 10 Aug 2026, 14:00–15:00 (Europe/Berlin, UTC+02:00)"
    )
    assert read.signature == "-- \nOlga"


def test_one_invitation_in_two_parts_is_said_once() -> None:
    one = calendar(WHAT, BERLIN)
    assert mime.parse(beside("Hello", one, one)).text.count("Invitation: ") == 1


@pytest.mark.parametrize(
    "kind", [b"application/ics; name=invite.ics", b"application/octet-stream; name=Invite.ICS"]
)
def test_a_file_of_a_calendar_is_read(kind: bytes) -> None:
    assert (
        "Invitation: Onboarding call"
        in mime.parse(beside("Hello", calendar(WHAT, BERLIN), kind=kind)).text
    )


WHEN = {
    "utc": (
        "DTSTART:20260810T120000Z\nDTEND:20260810T130000Z",
        "Mon 10 Aug 2026, 12:00–13:00 (UTC)",
    ),
    "over midnight": (
        "DTSTART:20260810T220000Z\nDTEND:20260811T010000Z",
        "Mon 10 Aug 2026, 22:00 – Tue 11 Aug 2026, 01:00 (UTC)",
    ),
    "duration": ("DTSTART:20260810T120000Z\nDURATION:PT90M", "Mon 10 Aug 2026, 12:00–13:30 (UTC)"),
    "end before it": (
        "DTSTART:20260810T120000Z\nDTEND:20260810T110000Z",
        "Mon 10 Aug 2026, 12:00 (UTC)",
    ),
    "length before it": (
        "DTSTART:20260810T120000Z\nDURATION:-P2D",
        "Mon 10 Aug 2026, 12:00 (UTC)",
    ),
    "no end": ("DTSTART:20260810T120000Z", "Mon 10 Aug 2026, 12:00 (UTC)"),
    "no zone": ("DTSTART:20260810T120000", "Mon 10 Aug 2026, 12:00 (no time zone)"),
    "all day": (
        "DTSTART;VALUE=DATE:20260810\nDTEND;VALUE=DATE:20260811",
        "Mon 10 Aug 2026, all day",
    ),
    "days": (
        "DTSTART;VALUE=DATE:20260810\nDTEND;VALUE=DATE:20260813",
        "Mon 10 Aug 2026 – Wed 12 Aug 2026, all day",
    ),
    "windows": (
        "DTSTART;TZID=W. Europe Standard Time:20261210T140000",
        "Thu 10 Dec 2026, 14:00 (Europe/Berlin, UTC+01:00)",
    ),
    "own zone": (
        "DTSTART;TZID=Customized Time Zone:20260810T140000",
        "Mon 10 Aug 2026, 14:00 (Customized Time Zone)",
    ),
    "colon": (
        "DTSTART;TZID=(UTC+01:00) Amsterdam:20260810T140000",
        "Mon 10 Aug 2026, 14:00 ((UTC+01:00) Amsterdam)",
    ),
    "vendor": (
        "DTSTART;TZID=/mozilla.org/20050126_1/Europe/Berlin:20260810T140000",
        "Mon 10 Aug 2026, 14:00 (Europe/Berlin, UTC+02:00)",
    ),
    "two zones": (
        "DTSTART;TZID=Europe/Berlin:20260810T140000\nDTEND;TZID=America/New_York:20260810T110000",
        "Mon 10 Aug 2026, 14:00 (Europe/Berlin, UTC+02:00) – Mon 10 Aug 2026, 11:00 (America/New_York, UTC-04:00)",
    ),
    "unreadable": ("DTSTART:next Tuesday", "next Tuesday"),
    "far": ("DTSTART:99991231T235900Z\nDURATION:P999999D", "Fri 31 Dec 9999, 23:59 (UTC)"),
}


@pytest.mark.parametrize("name", WHEN)
def test_when(name: str) -> None:
    lines, words = WHEN[name]
    assert f"\nWhen: {words}" in f"{said(WHAT, lines)}\n"


BY_RULES = """BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT"""
BY_DATES = """BEGIN:STANDARD
DTSTART:20251026T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RDATE:20261025T030000,20271031T030000
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20260329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYMONTHDAY=25,26,27,28,29,30,31;BYDAY=SU;BYMONTH=3;UNTIL=20280101T000000Z
END:DAYLIGHT"""
FIXED = """BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:+0530
TZOFFSETTO:+0530
END:STANDARD"""
BERLIN_ZONE = "(UTC+01:00) Amsterdam, Berlin"
ZONES = {
    "summer": (BERLIN_ZONE, BY_RULES, "20260810T140000", "Amsterdam, Berlin, UTC+02:00"),
    "winter": (BERLIN_ZONE, BY_RULES, "20260101T140000", "Amsterdam, Berlin, UTC+01:00"),
    "last day of winter": (BERLIN_ZONE, BY_RULES, "20260328T140000", "Amsterdam, Berlin, UTC+01:00"),
    "first day of summer": (BERLIN_ZONE, BY_RULES, "20260329T140000", "Amsterdam, Berlin, UTC+02:00"),
    "dates, summer": ("x", BY_DATES, "20270810T140000", "x, UTC+02:00"),
    "dates, winter": ("x", BY_DATES, "20261110T140000", "x, UTC+01:00"),
    "after the last rule": ("x", BY_DATES, "20300810T140000", "x, UTC+01:00"),
    "before the first": ("x", BY_DATES, "20200810T140000", "x, UTC+02:00"),
    "custom": ("Customized Time Zone", FIXED, "20260810T140000", "Customized Time Zone, UTC+05:30"),
    "microsoft": ("tzone://Microsoft/Custom", FIXED, "20260810T140000", "tzone://Microsoft/Custom, UTC+05:30"),
    "utc": ("tzone://Microsoft/Utc", "", "20260810T140000", "UTC"),
    "known, and the same": ("Europe/Berlin", BY_RULES, "20260810T140000", "Europe/Berlin, UTC+02:00"),
    "known, but another": ("Europe/Berlin", FIXED, "20260810T140000", "Europe/Berlin, UTC+05:30"),
    "of the machine": ("/etc/localtime", "", "20260810T140000", "/etc/localtime"),
    "of no place": ("Factory", "", "20260810T140000", "Factory"),
    "wild": ("x", "BEGIN:STANDARD\nDTSTART:9\nTZOFFSETTO:+9999\nEND:STANDARD", "20260810T140000", "x"),
    "wild rule": ("x", FIXED.replace("END:", "RRULE:FREQ=YEARLY;BYMONTH=99;BYDAY=7XX\nEND:"), "20260810T140000", "x, UTC+05:30"),
}  # fmt: skip


@pytest.mark.parametrize("name", ZONES)
def test_the_zone_of_the_calendar_decides(name: str) -> None:
    zone, lines, moment, words = ZONES[name]
    escaped = zone.replace(",", "\\,")
    defined = f"BEGIN:VTIMEZONE\nTZID:{escaped}\n{lines}\nEND:VTIMEZONE\nBEGIN:VEVENT"
    one = calendar(WHAT, f'DTSTART;TZID="{zone}":{moment}')
    text = mime.parse(alone(one.replace("BEGIN:VEVENT", defined) if lines else one)).text
    assert text.endswith(f", 14:00 ({words})")


RULES = {
    "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10": "every week on Monday and Wednesday, 10 times",
    "FREQ=DAILY;INTERVAL=2;UNTIL=20261231T000000Z": "every 2 days until Thu 31 Dec 2026",
    "FREQ=MONTHLY;BYDAY=-1FR": "every month on the last Friday",
    "FREQ=MONTHLY;BYDAY=2TU": "every month on the second Tuesday",
    "FREQ=MONTHLY;BYMONTHDAY=15": "every month on day 15",
    "FREQ=MONTHLY;BYMONTHDAY=-1": "every month on the last day",
    "FREQ=DAILY;COUNT=1": "every day, 1 time",
    "FREQ=DAILY;COUNT=-5": "FREQ=DAILY;COUNT=-5",
    "FREQ=DAILY;INTERVAL=0": "FREQ=DAILY;INTERVAL=0",
    "FREQ=WEEKLY;COUNT=5\nEXDATE;TZID=Europe/Berlin:20260817T140000\nRDATE;TZID=Europe/Berlin:20260818T150000": "every week, 5 times; also on Tue 18 Aug 2026, 15:00 (Europe/Berlin); not on Mon 17 Aug 2026",
    "FREQ=YEARLY": "every year",
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR": "every week on Monday, Tuesday, Wednesday, Thursday and Friday",
    "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1": "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1",
}


@pytest.mark.parametrize("rule", RULES)
def test_a_recurring_one_says_so(rule: str) -> None:
    assert f"\nRepeats: {RULES[rule]}\n" in f"{said(WHAT, BERLIN, f'RRULE:{rule}')}\n"


def test_links_that_the_place_does_not_say() -> None:
    meet = "CONFERENCE;VALUE=URI:https://meet.test/1\nX-GOOGLE-CONFERENCE:https://meet.test/2"
    text = said(WHAT, "LOCATION:Room 5\\, https://meet.test/2", meet, "URL:https://meet.test/1")
    assert text.endswith("Where: Room 5, https://meet.test/2\nLink: https://meet.test/1")


def test_a_list_of_dates_is_recurring_too() -> None:
    assert "\nRepeats: on 2 more dates" in said(
        WHAT, BERLIN, "RDATE:20260817T120000Z,20260824T120000Z"
    )


@pytest.mark.parametrize(
    ("method", "line", "title"),
    [
        ("REQUEST", "SEQUENCE:0", "Invitation: Onboarding call"),
        ("REQUEST", "SEQUENCE:2", "Updated invitation: Onboarding call"),
        ("CANCEL", "SEQUENCE:1", "Cancelled: Onboarding call"),
        ("REQUEST", "STATUS:CANCELLED", "Cancelled: Onboarding call"),
        ("PUBLISH", "SEQUENCE:0", "Event: Onboarding call"),
        ("COUNTER", "SEQUENCE:0", "Another time is proposed: Onboarding call"),
        (
            "REPLY",
            "ATTENDEE;CN=Mia;PARTSTAT=ACCEPTED:mailto:mia@b.test",
            "Mia accepts: Onboarding call",
        ),
        (
            "REPLY",
            "ATTENDEE;PARTSTAT=DECLINED:mailto:mia@b.test",
            "mia@b.test declines: Onboarding call",
        ),
        (
            "REPLY",
            "ATTENDEE;CN=Mia;PARTSTAT=TENTATIVE:mailto:mia@b.test",
            "Mia accepts tentatively: Onboarding call",
        ),
        ("REPLY", "SEQUENCE:0", "Reply to an invitation: Onboarding call"),
        (
            "REQUEST",
            "RECURRENCE-ID:20260817T120000Z",
            "Invitation: Onboarding call (one date of a series)",
        ),
    ],
)
def test_what_it_asks_for(method: str, line: str, title: str) -> None:
    assert said(WHAT, BERLIN, line, method=method).startswith(f"{title}\n")


WORDS = {
    "comment": "COMMENT:I cannot come\\, call me",
    "comments": "COMMENT:I cannot come\\, call me\nCOMMENT:I cannot come\\, call me",
    "of a person": 'ATTENDEE;PARTSTAT=DECLINED;X-RESPONSE-COMMENT="I cannot come, call me":mailto:m@b.test',
    "of google": "X-RESPONSE-COMMENT:I cannot come\\, call me",
    "page": "X-ALT-DESC;FMTTYPE=text/html:<p>I cannot <b>come</b>\\, call me</p>",
}


@pytest.mark.parametrize("name", WORDS)
def test_the_words_of_an_answer_are_read(name: str) -> None:
    assert said(WHAT, BERLIN, WORDS[name], method="REPLY").endswith(
        "UTC+02:00)\n\nI cannot come, call me"
    )


def test_an_answer_beside_a_text_is_said_once() -> None:
    read = mime.parse(beside("I cannot\ncome.", calendar(WHAT, "COMMENT:I cannot come.")))
    assert read.text == "I cannot\ncome.\n\nInvitation: Onboarding call"
    read = mime.parse(beside("Hello", calendar(WHAT, "COMMENT:I cannot come.")))
    assert read.text == "Hello\n\nInvitation: Onboarding call\n\nI cannot come."


@pytest.mark.parametrize("kind", ["VJOURNAL", "VEVENT", "VTODO"])
def test_words_without_a_name_and_a_time_are_read(kind: str) -> None:
    text = calendar("UID:1", "DESCRIPTION:Please read my words").replace("VEVENT", kind)
    read = mime.parse(alone(text))
    assert read.text.endswith("(no title)\n\nPlease read my words")


@pytest.mark.parametrize(
    ("text", "defect"),
    [
        ("please read my words", "a calendar is none: it is read as text"),
        ("BEGIN:VCALENDAR\nplease read my words", "a calendar says nothing"),
    ],
)
def test_what_is_no_calendar_is_named(text: str, defect: str) -> None:
    read = mime.parse(alone(text))
    assert (read.text, read.defects) == (text, (defect,))
    assert len(read.attachments) == 1


def test_calendars_that_are_not_read_are_counted() -> None:
    many = [calendar(f"UID:{n}", f"SUMMARY:day {n}") for n in range(7)]
    assert mime.parse(beside("Hello", *many)).defects == ("2 more calendars are not read",)


def test_an_event_without_a_name() -> None:
    assert said("UID:1", "DTSTART:20260810T120000Z").startswith("Invitation: (no title)\nWhen: ")


def test_five_events_are_read_and_the_others_counted() -> None:
    event = "BEGIN:VEVENT\nSUMMARY:day {}\nDTSTART:20260810T120000Z\nEND:VEVENT\n"
    many = "BEGIN:VCALENDAR\n" + "".join(event.format(n) for n in range(7)) + "END:VCALENDAR\n"
    text = mime.parse(alone(many)).text
    assert text.count("Event: day") == 5
    assert text.endswith("… and 2 more events in the file")


def test_folded_lines_and_line_ends_of_any_kind() -> None:
    text = calendar("UID:1", "SUMMARY:Onboard\n ing call", "DTSTART:20260810T120000Z").replace(
        "\n", "\r\n"
    )
    assert mime.parse(alone(text)).text.startswith("Invitation: Onboarding call\n")


DAMAGED = {
    "a mark in front": "\ufeff" + calendar(WHAT, BERLIN),
    "cut off": calendar(WHAT, BERLIN).partition("END:VEVENT")[0],
    "no calendar around it": calendar(WHAT, BERLIN)
    .partition("REQUEST\n")[2]
    .partition("END:VCALENDAR")[0],
    "lines that are none": calendar("X", WHAT, "no colon here", "", BERLIN, "<html>"),
    "a wild rule": calendar(WHAT, BERLIN, "RRULE:FREQ=NEVER"),
    "a wild length": calendar(WHAT, BERLIN.partition("\n")[0], "DURATION:P99999999999999999W"),
    "a wild zone": calendar(WHAT, BERLIN).replace(
        "BEGIN:VEVENT",
        "BEGIN:VTIMEZONE\nTZID:x\nBEGIN:STANDARD\nDTSTART:2026\nTZOFFSETFROM:+5744\nTZOFFSETTO:+9999\nEND:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT",
        1,
    ),
    "a wild alarm": calendar(WHAT, BERLIN, "BEGIN:VALARM", "TRIGGER:never", "END:VALARM"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_one_that_is_damaged_says_what_it_can(name: str) -> None:
    text = mime.parse(alone(DAMAGED[name])).text
    assert ": Onboarding call\nWhen: Mon 10 Aug 2026, 14:00" in text


@pytest.mark.parametrize(
    "text", ["", "hello", "BEGIN:VCALENDAR\nBEGIN:VEVENT\n", "BEGIN:VCALENDAR\nEND:VCALENDAR"]
)
def test_what_is_no_invitation_stays_a_file(text: str) -> None:
    read = mime.parse(beside("Hello", text))
    assert (read.text, len(read.attachments)) == ("Hello", 1)


@pytest.mark.parametrize(
    "lines",
    [
        ["ATTENDEE;CN=x:mailto:a@b.test"] * 6_000,
        ["SUMMARY" + ";A=b" * 40_000 + ":x"],
        ['SUMMARY;A="' * 20_000 + ":x"],
        ["RDATE:" + ",".join(["20260810T140000"] * 12_000)],
        ["DTSTART;TZID=" + "x" * 200_000 + ":20260810T140000"],
        ["BEGIN:VALARM"] * 10_000,
        ["SUMMARY:" + "x\n " * 60_000],
        ["RRULE:FREQ=SECONDLY;COUNT=999999999"],
        ["DTSTART;TZID=" + "(" * 100_000 + ":x"],
    ],
    ids=[
        "people",
        "parameters",
        "quotes",
        "dates",
        "zone",
        "alarms",
        "folds",
        "seconds",
        "brackets",
    ],
)
def test_a_crafted_one_is_read_in_one_pass(lines: list[str]) -> None:
    read = mime.parse(beside("Hello", calendar(WHAT, BERLIN, *lines)))
    assert read.held is None
    assert read.text.startswith("Hello")


def test_one_that_is_too_large_is_named() -> None:
    read = mime.parse(beside("Hello", calendar(WHAT, "DESCRIPTION:" + "x" * 300_000)))
    assert (read.text, read.defects) == (
        "Hello",
        ("an invitation of 300,133 characters is not read",),
    )
