"""The person in the text of a contact form's mail: the fields `Email: …` and `Name: …`, in the
languages of the programs that write them.

Anybody can write such lines into any mail, so they count only where a relay posted it."""

import re
from collections.abc import Iterator

from supportcli.domain.mail import Address

_LINES = 400
"""The first lines of a text that are read: a form names its fields before a long message, or after
a short one."""

_LONGEST = 500

_EMAIL = (
    r"(?:(?:your|my|customer|sender|ihre?|deine?|meine|kunden|votre|su|tu|la tua|seu|sua|uw|je|din)"
    r"[ -]+)?"
    r"(?:e-?mail(?:[- ]?(?:address|adress?e|adres|adresa|addr|cím|adresi|osoite))?|mail"
    r"|adresse (?:e-?mail|électronique|de courriel)|courriel|adres e-?mail|adresa"
    r"|correo(?: electr[óo]nico)?|direcci[óo]n de correo(?: electr[óo]nico)?"
    r"|indirizzo (?:di )?(?:e-?mail|posta elettronica)|posta elettronica|endereço de e-?mail"
    r"|e-?post(?:adress?e?)?|sähköposti(?:osoite)?|эл(?:\.|ектронная) ?почта|почта|e-?posta"
    r"|メールアドレス|メール|电子邮件|电子邮箱|邮箱|電子郵件|이메일)"
)
_SENDER = (
    r"(?:from|sender|von|absender(?:in)?|de|expéditeur|remitente|da|mittente|van|afzender|od|från"
    r"|fra|от|отправитель|差出人|送信者)"
)
_NAME = (
    r"(?:(?:your|full|ihr|dein|votre|su|seu|uw)[ -]+)?(?:name|vor- und nachname|nom(?: complet)?"
    r"|prénom et nom|nombre(?: completo)?|nome(?: completo)?|naam|imię(?: i nazwisko)?|namn|navn"
    r"|nimi|имя|お名前|氏名|名前|姓名|이름)"
)
_ADDRESS = re.compile(r"[^\s@<>(),;:\"'\[\]|]{1,64}@(?:[\w-]{1,63}\.){1,8}[\w-]{2,63}")


def _field(label: str) -> re.Pattern[str]:
    """A line `* label: value`, or a label in the first cell of a table. The value may be on the
    next line."""
    return re.compile(
        rf"[ \t>*•·–|_-]*+{label}(?:[ *_]{{0,10}}\([^()]{{0,30}}\))?[ *_]{{0,10}}"
        r"(?:[:=|\t\uff1a]|(?<=  )|(?<=[ *_])(?=[^\s@]{1,64}@\S+\Z)|\Z)[ \t*_|]*+(.*)",
        re.IGNORECASE,
    )


_FIELDS = tuple(_field(label) for label in (_EMAIL, _SENDER))
_NAME_FIELD = _field(_NAME)


def named_in_form(text: str) -> Iterator[Address]:
    """The people in the fields of a form, best first: those in a field for an address, then those
    in a field for a sender. A name comes from beside the address, or from a field of its own."""
    lines = [line.strip()[:_LONGEST] for line in text.split("\n", _LINES)[:_LINES]]
    own_name = next((found for found in _values(lines, _NAME_FIELD) if "@" not in found), "")
    for field in _FIELDS:
        for value in _values(lines, field):
            found = _ADDRESS.search(value)
            if found is not None:
                beside = value[: found.start()].removesuffix("mailto:").strip(" \t\"'<(*_[:")
                yield Address.of(beside or own_name, found[0].rstrip("."))


def _values(lines: list[str], field: re.Pattern[str]) -> Iterator[str]:
    """The values of a field; if one is empty, the next line that is not."""
    for place, line in enumerate(lines):
        found = field.fullmatch(line)
        if found is not None:
            below = (one for one in lines[place + 1 : place + 3] if one)
            yield found[1].strip() or next(below, "")
