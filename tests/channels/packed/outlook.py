"""A winmail.dat as Outlook packs it, from its pieces ([MS-OXTNEF])."""

from struct import pack

LONG, TEXT8, TEXT16, OBJECT, BINARY = 0x03, 0x1E, 0x1F, 0x0D, 0x102
MESSAGE = bytes.fromhex("0703020000000000c000000000000046")


def attribute(level: int, name: int, kind: int, content: bytes) -> bytes:
    """One attribute: level, name, type, length, content, checksum."""
    return (
        pack("<BHHI", level, name, kind, len(content)) + content + pack("<H", sum(content) & 0xFFFF)
    )


def winmail(*attributes: bytes) -> bytes:
    """A complete file."""
    return (
        pack("<IH", 0x223E9F78, 1)
        + attribute(1, 0x9006, 8, pack("<I", 0x10000))
        + b"".join(attributes)
    )


def codepage(number: int) -> bytes:
    return attribute(1, 0x9007, 6, pack("<II", number, 0))


def body(content: bytes) -> bytes:
    return attribute(1, 0x800C, 2, content)


def prop(name: int, kind: int, value: bytes) -> bytes:
    """One property with a value of any length, or with a number."""
    if kind == LONG:
        return pack("<HH", kind, name) + value
    return pack("<HHII", kind, name, 1, len(value)) + value + bytes(-len(value) % 4)


def props(*found: bytes) -> bytes:
    return attribute(1, 0x9003, 6, pack("<I", len(found)) + b"".join(found))


def text16(words: str) -> bytes:
    return words.encode("utf-16-le") + b"\0\0"


def file(name: bytes, content: bytes, *found: bytes) -> bytes:
    """An attached file with its short name, its content and its properties."""
    said = attribute(2, 0x9005, 6, pack("<I", len(found)) + b"".join(found)) if found else b""
    return (
        attribute(2, 0x9002, 6, bytes(14))
        + attribute(2, 0x8010, 1, name + b"\0")
        + (attribute(2, 0x800F, 6, content) if content else b"")
        + said
    )


def stored(rtf: bytes) -> bytes:
    """An RTF text that is not compressed, as it is in a property."""
    return pack("<II", len(rtf) + 12, len(rtf)) + b"MELA" + pack("<I", 0) + rtf
