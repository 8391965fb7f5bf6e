"""The other end of `parsers`: a process that parses what comes over its standard input, a socket,
and answers on it. It loads nothing but the parser."""

import contextlib
import copyreg
import gc
import os
import pickle
import socket
import struct
from collections.abc import Callable
from dataclasses import fields, replace
from operator import attrgetter
from typing import Any

from supportcli.domain.mail import Address, Attachment, Bounce, BounceRecipient, Fold, Mail
from supportcli.domain.text.words import tokens

_LENGTH = struct.Struct(">Q")


def _as_call(kind: type) -> Callable[[Any], tuple[type, tuple[Any, ...]]]:
    """How a value of a frozen dataclass is pickled: as a call of its class. What `dataclass` itself
    provides takes twice the time, since it looks at each field in Python."""
    values = attrgetter(*(one.name for one in fields(kind)))
    return lambda value: (kind, values(value))


for _kind in (Mail, Address, Attachment, Fold, Bounce, BounceRecipient):
    copyreg.pickle(_kind, _as_call(_kind))


def main() -> None:
    """Parse until nobody asks any more."""
    from supportcli.channels import mime  # noqa: PLC0415  # the other end shares this module, and parses nothing

    gc.disable()  # a mail leaves no cycles
    with (
        socket.socket(fileno=os.dup(0)) as parent,
        contextlib.suppress(EOFError, OSError),  # it has ended
    ):
        while True:
            raws = received(parent)
            send(parent, [_with_words(mime.parse(raw)) for raw in raws])


def _with_words(mail: Mail) -> Mail:
    """A mail with the words of its text: whoever writes it down has less to do then."""
    return replace(mail, words=" ".join(tokens(mail.text)))


def send(other: socket.socket, what: object) -> None:
    """Send a value to the other end. OSError if that has ended."""
    content = pickle.dumps(what, pickle.HIGHEST_PROTOCOL)
    other.sendall(_LENGTH.pack(len(content)))
    other.sendall(content)


def received(other: socket.socket) -> Any:  # noqa: ANN401  # mails one way, bytes the other
    """The next value from the other end. EOFError or OSError if that has ended."""
    (length,) = _LENGTH.unpack(_exactly(other, _LENGTH.size))
    return pickle.loads(_exactly(other, length))  # noqa: S301  # both ends are this program


def _exactly(other: socket.socket, length: int) -> bytearray:
    """So many bytes, in as few calls as the system allows: each call may wait for the thread that
    decides."""
    content = bytearray(length)
    view, have = memoryview(content), 0
    while have < length:
        got = other.recv_into(view[have:], 0, socket.MSG_WAITALL)
        if not got:
            raise EOFError
        have += got
    return content
