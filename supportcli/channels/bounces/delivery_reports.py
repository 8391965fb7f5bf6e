"""Delivery reports: structured ones (RFC 3464), and those that mail servers write in prose."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from supportcli.channels.bounces.delivery_status import STATUS_LIMIT, read_delivery_status
from supportcli.channels.bounces.failures import (
    ADDRESS,
    Failure,
    address_in,
    answers_content,
    answers_recipient,
    is_dead,
    names_code,
    says_delayed,
    status_of,
)
from supportcli.channels.bounces.report_senders import (
    from_daemon,
    from_postmaster,
    is_report,
    tells_success,
)
from supportcli.channels.encodings import transfer
from supportcli.channels.encodings.charsets import storable
from supportcli.channels.headers.addresses import parse_addresses
from supportcli.channels.headers.auto_submitted import null_sender
from supportcli.channels.headers.header_block import Headers, OverBudget, read_headers
from supportcli.channels.headers.message_ids import message_ids
from supportcli.channels.headers.parameters import content_type
from supportcli.channels.parts.structure import Part, Structure
from supportcli.domain.intake import thread_ids
from supportcli.domain.mail import Bounce, BounceRecipient

_TEXT_LIMIT = 64 * 1024
_BEGINNING = 1_000
_MOST_RECIPIENTS = 1_000
_MOST_RELATED = 100
_MOST_WORDS = 500
_MOST_NAMING = 5
"""How many structured parts are searched for ids of ours; a report has one."""


_RETURNED = frozenset(
    {
        "message/rfc822",
        "text/rfc822-headers",
        "message/rfc822-headers",
        "message/global",
        "message/global-headers",
    }
)
_STATUS_PARTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_SERVERS = (
    r"mailer-daemon|post_?master|mail[ .]delivery|delivery subsystem|mail ?system|mail "
    r"administrator|\bmdaemon|no-?reply@"
    r'|system administrator"?@'
)
_SERVER = re.compile(_SERVERS, re.IGNORECASE)
_SERVER_IN_HEADER = re.compile(_SERVERS)
"""The same for a header in lower case, which is searched much faster."""
_DAEMONS_PATH = re.compile(r"(?i)<?mailer-daemon(?:@|>|\Z)")
_NO_REPLY = re.compile(r"(?i)no-?reply@")
_SUBJECT = re.compile(
    r"(?i)undeliver|returned (?:mail|to sender)|returning message|failure notice|delivery "
    r"(?:status|fail|report|problem|notification|has failed)"
    r"|mail (?:delivery|failure|failed|error|system error)|failed mail|could ?n.t be "
    r"delivered|not (?:yet been )?delivered|nondeliverable"
    r"|message delivery|message \S* ?delayed|delivery (?:warning|delayed)|user unknown|"
    r"processing error"
    r"|non remis|unzustellbar|nicht zugestellt|no entregado|mancata consegna"
    r"|не доставлено|エラー|退信"
)
_FAILED = re.compile(
    r"(?i)(?:could|can|was|were|did|has|have|been|is|are)(?: ?n.t| ?not)(?: \w+){0,3} "
    r"(?:deliver|reach|relay|accept|send)"
    r"|(?:deliver\w*|mail) (?:\w+ ){0,6}fail|\bfail(?:ed|ure)|rejected by|unable to "
    r"(?:deliver|send)|undeliverable"
    r"|error (?:has )?(?:occurred |delivering |while |message)|permanent error|fatal errors|"
    r"delivery problems"
    r"|(?:message|mail) (?:was )?not delivered|returned because|no valid recipients|error "
    r"was detected|was aborted|has been postponed|no such user"
    r"|unknown user|invalid final delivery|has been delayed|not (?:yet )?been delivered|"
    r"送信できません|не может быть доставлено"
    r"|nicht zugestellt|n.a (?:pas )?pu être|no se (?:ha podido|pudo|puede) entregar|non è "
    r"stato (?:possibile )?(?:consegna|recapita)"
)
_ORIGINAL = re.compile(
    r"(?im)^[ \t]*[-*=_ ]*(?:(?:this|below|included|enclosed|following)(?: this line)? (?:is|"
    r"are) [^\n]{0,30}(?:copy|header)[^\n]*$"
    r"|(?:the )?original m(?:essage|ail)(?: info| headers?| as)?(?: follows?)?[\s:.*=-]*$|"
    r"(?:the )?header of the original[^\n]*$"
    r"|message headers follow[^\n]*$|(?:returned|unsent) message[^\n]*$|below this line[^\n]*$)"
    r"|^[ \t]{0,4}(?:Received|Return-Path|DKIM-Signature|Message-ID|X-Google-\S+): "
)
_TRANSPORT = re.compile(
    r"(?im)^[ \t>|]*(?:received|return-path|dkim-signature|message-id|x-google-\S+):"
)
"""The header lines that only a server puts above a copy of a mail; a person's program quotes From,
Sent, To and Subject."""

_TYPE = re.compile(r"^\s*(?:smtp|dns|unix|x-[\w-]+|x400)\s*;\s*", re.IGNORECASE)
"""The type of a Diagnostic-Code (RFC 3464, section 2.3.6), which means nothing to a person."""

_STATUS_FIELDS = re.compile(r"(?im)^(?:final|original)-recipient:")
_MESSAGE_ID = re.compile(r"(?im)^[ \t>|]*(?:original[ -])?message-id:[\s>|]*(<[^<>\s]+>)")
_SPOKEN_ID = re.compile(r"(?i)\bmessage[- ]?id[\s:=\"']{1,4}(<[^<>\s@]{1,250}@[^<>\s]{1,250}>)")
_LINE_OF_RECIPIENT = re.compile(
    rf"[ \t]*(?:>>> |\* |Recipient: |RCPT TO:)?[\"'<(]*({ADDRESS})[\"'>)]*(?=[:,;<(\s]|$)",
    re.IGNORECASE,
)
_NAMED_RECIPIENT = re.compile(
    rf"(?i)(?:deliver(?:ed|ing)?(?: \w+){{0,3}} to|unknown user|userid|user|recipient|RCPT "
    rf"TO|mailbox)[:\s]{{1,3}}[\"'<(]*({ADDRESS})"
)

_ANY_ADDRESS = re.compile(rf"(?<!from )(?<![\w.@-]){ADDRESS}")


def read_bounce(raw: bytes, structure: Structure, subject: str, text: str) -> Bounce | None:
    """The delivery report in a mail with this `subject` and `text`, or None if it is none: a
    person's mail about a failure, an answer, a complaint (RFC 5965), a receipt (RFC 8098)."""
    root = structure.root
    if root.parameters.get("report-type", "").lower() in {
        "feedback-report",
        "disposition-notification",
    }:
        return None
    beginning = _beginning(text)
    from_server = _from_server(root.headers)
    said = _structured_failures(raw, structure, beginning, from_server=from_server)
    if not said and not from_server:
        return None
    returned = _returned(raw, structure)
    certain = bool(said) or returned is not None or _is_a_programs(structure, beginning)
    reported = said or (
        _failures_in_prose(structure, subject, beginning, returned)
        if certain
        else _in_words(root.headers, subject, beginning)
    )
    failures = [one for one in reported if not one.done]
    if not failures and not said and not from_daemon(root.headers):
        return None  # what a daemon writes is a report, even if its text is not understood
    in_parts = root.headers.plain("content-type").lower().startswith("multipart/report")
    if (
        in_parts
        and not said
        and not any(failure.address for failure in failures)
        and returned is None
    ):
        return None  # it declares a report in its parts, and has none
    if not said and len(beginning) < len(text) and not _split_original(beginning)[1]:
        structure.defects.append(f"a long report is read to its first {_TEXT_LIMIT // 1024} KiB")
    return Bounce(
        _recipients(failures, structure),
        _undelivered_id(root.headers, returned, text),
        content_type(returned.first("content-type"), "")[1].get("boundary", "") if returned else "",
        _related(returned),
        _named(raw, structure, text),
        certain=certain,
    )


def _beginning(text: str) -> str:
    """As much of a text as is searched, to the end of a line: half an address is another one."""
    if len(text) <= _TEXT_LIMIT:
        return text
    return text[: max(text.rfind("\n", 0, _TEXT_LIMIT), text.rfind(" ", 0, _TEXT_LIMIT)) + 1]


def _recipients(failures: list[Failure], structure: Structure) -> tuple[BounceRecipient, ...]:
    found = {one.address: one for one in failures}
    if len(found) > _MOST_RECIPIENTS:
        structure.defects.append(
            f"a report about more than {_MOST_RECIPIENTS:,} recipients is read to that number"
        )
    judged: dict[Failure, BounceRecipient] = {}  # hundreds may have the same long text
    recipients = []
    for address, one in islice(found.items(), _MOST_RECIPIENTS):
        nameless = replace(one, address="")
        if nameless not in judged:
            judged[nameless] = _recipient(nameless)
        recipients.append(replace(judged[nameless], address=address))
    return tuple(recipients)


def _recipient(failure: Failure) -> BounceRecipient:
    words = storable(" ".join(_TYPE.sub("", failure.reason).split()))
    words = words if len(words) <= _MOST_WORDS else f"{words[:_MOST_WORDS]}…"
    return BounceRecipient(
        failure.address, status_of(failure), is_dead(failure), failure.delayed, words
    )


def _structured_failures(
    raw: bytes, structure: Structure, text: str, *, from_server: bool
) -> tuple[Failure, ...]:
    """What the structured parts of a report say, with the reason from the prose if they give none.
    A report that a person passes on to us is inside a mail of theirs, which is no report."""
    if structure.root.type != "multipart/report" and not from_server:
        return ()
    found: list[Failure] = []
    for part in structure.parts:
        if part.type in _STATUS_PARTS and len(found) <= _MOST_RECIPIENTS:
            content = _content(raw, part)
            found += read_delivery_status(content)
            if len(content) > STATUS_LIMIT:
                structure.defects.append(
                    f"a long report is read to its first {STATUS_LIMIT // 1024:,} KiB"
                )
    return _with_prose(found, _split_original(text)[0]) if found else ()


def _with_prose(found: Sequence[Failure], explained: str) -> tuple[Failure, ...]:
    """Structured failures with what only the prose says: the reason, and whether the server
    answered the recipient or the content. (Postfix writes “in reply to end of DATA command” only
    there.)"""
    refused_later = answers_content(explained)
    if not refused_later and all(one.reason for one in found):
        return tuple(replace(one, to_recipient=True) for one in found)
    by_address = {one.address: one.reason for one in _blocks(explained)}
    completed = []
    for one in found:
        said = by_address.get(one.address, "")
        at_once = answers_recipient(said) and not answers_content(said)
        completed.append(
            replace(
                one,
                reason=one.reason or said,
                to_recipient=bool(one.reason) and (at_once or not refused_later),
            )
        )
    return tuple(completed)


def _from_server(headers: Headers) -> bool:
    """Whether a mail may be a server's: nobody can answer it, it names the recipients it did not
    reach, or From has the name of a mail server."""
    sender = f"{headers.plain('from')} {headers.plain('return-path')}"
    return (
        _is_unanswerable(headers)
        or "x-failed-recipients" in headers
        or from_daemon(headers)
        or _SERVER_IN_HEADER.search(sender.lower()) is not None
    )


def _is_unanswerable(headers: Headers) -> bool:
    """Whether an answer to the mail goes nowhere: it has no sender, or a server writes its own name
    instead of one."""
    return (
        null_sender(headers)
        or headers.plain("from") == "<>"
        or _DAEMONS_PATH.match(headers.plain("return-path")) is not None
    )


def _is_a_programs(structure: Structure, text: str) -> bool:
    """Whether more than subject and wording shows that a program wrote a mail: the admin of a
    server writes as its postmaster, a company may have such a name, and some relays drop the
    envelope sender of a person's mail."""
    headers = structure.root.headers
    if (
        "x-failed-recipients" in headers
        or from_daemon(headers)
        or any(part.type in _STATUS_PARTS for part in structure.parts)
    ):
        return True
    explained, original = _split_original(text)
    if _TRANSPORT.search(original) or any(
        names_code(one.reason) for one in _blocks(_own_words(explained))
    ):
        return True
    if not _is_unanswerable(headers) and headers.plain("auto-submitted").lower() in {"", "no"}:
        return False
    if _SERVER.search(headers.plain("from")) and not from_postmaster(headers):
        return True
    others = {
        address_in(found) for found in _ANY_ADDRESS.findall(explained[:_BEGINNING])
    } - _parties(headers)
    return (
        "in-reply-to" in headers
        or "references" in headers
        or bool(others)
        or bool(original)
        or names_code(explained)
    )


def _parties(headers: Headers) -> set[str]:
    """The addresses that a mail was sent from and to."""
    return {
        one.address
        for name in ("from", "to", "return-path")
        for value in headers.all(name)
        for one in parse_addresses(value)
    }


def _own_words(text: str) -> str:
    """A text without its quotes."""
    return "\n".join(
        line
        for line in text.split("\n")
        if not line.lstrip().startswith(">") or line.lstrip().startswith(">>> ")
    )


def _failures_in_prose(
    structure: Structure, subject: str, text: str, returned: Headers | None
) -> tuple[Failure, ...]:
    """The failures in a server's prose; empty unless it names a failure."""
    headers = structure.root.headers
    if returned is None and _is_of_no_reply(headers):
        return ()
    explained = _split_original(text)[0]
    failed = [
        one.address
        for value in headers.all("x-failed-recipients")
        for one in parse_addresses(value)
        if one.address
    ]
    proven = returned is not None or any(part.type in _STATUS_PARTS for part in structure.parts)
    formal = is_report(subject) and (
        null_sender(headers) or from_daemon(headers) or from_postmaster(headers)
    )
    formal = formal and (
        _FAILED.search(" ".join(explained.split())) is not None
        or not tells_success(subject, explained)
    )
    if not failed and not formal and not _says_failure(subject, explained, proven=proven):
        return ()
    if (
        listed := read_delivery_status(text.encode("utf-8", "replace"))
        if _STATUS_FIELDS.search(text)
        else ()
    ):
        return listed
    by_address = {one.address: one for one in _blocks(explained) or _only_one(explained, headers)}
    to = (
        [one.address for one in parse_addresses(returned.first("to") or b"") if one.address][:1]
        if returned
        else []
    )
    delayed = says_delayed(f"{subject}\n{explained}")
    return tuple(
        Failure(
            one, "", by_address[one].reason if one in by_address else explained, delayed=delayed
        )
        for one in failed or list(by_address) or to or [""] * formal
    )


def _is_of_no_reply(headers: Headers) -> bool:
    """Whether it is from a shop or a carrier, whose “could not be delivered” is about a parcel."""
    sender = f"{headers.plain('from')} {headers.plain('return-path')}"
    return (
        "x-failed-recipients" not in headers
        and not null_sender(headers)
        and _NO_REPLY.search(sender) is not None
    )


def _in_words(headers: Headers, subject: str, text: str) -> tuple[Failure, ...]:
    """The failures in a report that a person may also have written: only recipients named in a
    sentence of failure, in the same paragraph."""
    explained = _own_words(_split_original(text)[0])
    if _is_of_no_reply(headers) or not (
        is_report(subject) or _says_failure(subject, explained, proven=False)
    ):
        return ()
    delayed, parties, by_address = (
        says_delayed(f"{subject}\n{explained}"),
        _parties(headers),
        dict[str, Failure](),
    )
    for paragraph in re.sub(r":\s*\n\s*\n", ":\n", explained).split("\n\n"):
        if _FAILED.search(" ".join(paragraph.split())):
            by_address |= {
                one.address: one
                for one in _blocks(paragraph) or _only_one(paragraph, headers)
                if one.address not in parties
            }
    return tuple(replace(one, delayed=delayed) for one in by_address.values())


def _says_failure(subject: str, explained: str, *, proven: bool) -> bool:
    """Whether a server's mail says that something failed, and that this was a mail: by its subject,
    by a reply code, or (`proven`) because it contains the mail or a report."""
    if not _FAILED.search(" ".join(f"{subject} {explained}".split())):
        return False
    return _SUBJECT.search(subject) is not None or names_code(explained) or proven


def _blocks(explained: str) -> list[Failure]:
    """Each recipient that begins a line, with the text until the next one; if none does, the first
    recipient that a sentence names."""
    blocks: dict[str, list[str]] = {}
    current = ""
    for line in explained.split("\n"):
        found = _LINE_OF_RECIPIENT.match(line)
        if found:
            current = address_in(found[1])
            blocks.setdefault(current, [])
        if current:
            blocks[current].append(line)
    if not blocks and (named := _NAMED_RECIPIENT.search(explained)):
        blocks[address_in(named[1])] = [explained]
    return [
        Failure(address, "", _said_of(address, "\n".join(lines), explained))
        for address, lines in blocks.items()
        if address
    ]


def _only_one(explained: str, headers: Headers) -> list[Failure]:
    """The recipient of a report in which none begins a line or is named by a phrase: the only
    address at its beginning that is not the server's, the reader's or a sender's."""
    known = {
        one.address
        for name in ("from", "to", "return-path")
        for value in headers.all(name)
        for one in parse_addresses(value)
    }
    named = _ANY_ADDRESS.findall(explained[:_BEGINNING])
    found = {
        address for address in map(address_in, named) if address and not _SERVER.search(address)
    } - known
    return [Failure(address, "", explained) for address in found] if len(found) == 1 else []


def _said_of(address: str, block: str, explained: str) -> str:
    """What is said about an address: its own lines, or the complete report if these only name
    it."""
    return block if re.search(r"[^\W_]", block.lower().replace(address, "")) else explained


def _split_original(text: str) -> tuple[str, str]:
    """The server's own text, and the returned mail below it, if the same text contains that."""
    found = _ORIGINAL.search(text)
    return (text[: found.start()], text[found.start() :]) if found else (text, "")


def _returned(raw: bytes, structure: Structure) -> Headers | None:
    """The headers of the mail that came back."""
    for part in structure.parts:
        if part.type in _RETURNED:
            try:
                return read_headers(_content(raw, part).lstrip(), 0, 0)[0]
            except OverBudget as over:
                return over.headers
    return None


def _undelivered_id(report: Headers, returned: Headers | None, text: str) -> str | None:
    """The Message-ID of the mail that came back: from the part that contains it, from its copy in
    the text, or from what the report refers to."""
    for value in (
        returned.first("message-id") if returned else None,
        _id_in(_split_original(text[:_TEXT_LIMIT])[1]),
        _id_in(text[:_TEXT_LIMIT]),
    ):
        if value and (ids := message_ids(value)):
            return ids[0]
    for name in ("in-reply-to", "references"):
        if ids := message_ids(report.first(name) or b""):
            return ids[-1]
    return None


def _related(returned: Headers | None) -> tuple[str, ...]:
    """The ids that the mail that came back answers, nearest first."""
    if returned is None:
        return ()
    ids = (
        *message_ids(returned.first("in-reply-to") or b""),
        *reversed(message_ids(returned.first("references") or b"")),
    )
    return tuple(dict.fromkeys(ids))[:_MOST_RELATED]


def _named(raw: bytes, structure: Structure, text: str) -> tuple[str, ...]:
    """The ids of ours in a report's words: some servers return nothing else of a mail."""
    read = (_content(raw, part) for part in structure.parts if part.type in _STATUS_PARTS)
    parts = "".join(one[:STATUS_LIMIT].decode("latin-1") for one in islice(read, _MOST_NAMING))
    return thread_ids.named_in(text[:STATUS_LIMIT] + parts)


def _id_in(text: str) -> bytes | None:
    found = _MESSAGE_ID.search(text) or _SPOKEN_ID.search(text)
    return found[1].encode("ascii", "ignore") if found else None


def _content(raw: bytes, part: Part) -> bytes:
    data, _ = transfer.decode(part.body(raw), part.headers.plain("content-transfer-encoding"))
    return data
