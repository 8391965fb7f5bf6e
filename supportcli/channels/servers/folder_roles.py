"""Which of a server's folders holds sent mail, and which junk: as the server says (RFC 6154), else
by their names, which many servers give in the language of their users."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from imapclient.imap_utf7 import decode as decode_utf7

from supportcli.channels.channel import FolderRole, RemoteFolder

_FLAGS = {
    b"\\sent": FolderRole.SENT,
    b"\\junk": FolderRole.JUNK,
    b"\\spam": FolderRole.JUNK,  # Gmail, before RFC 6154
}
_CLOSED = frozenset({b"\\noselect", b"\\nonexistent"})

_SENT = """
sent|sent items|sent messages|sent mail|sent-mail|sent e-mail
gesendet|gesendete|gesendete objekte|gesendete elemente|gesendete nachrichten|gesendete e-mails
envoyés|éléments envoyés|messages envoyés|courrier envoyé|objets envoyés
enviados|elementos enviados|mensajes enviados|correo enviado
enviadas|itens enviados|mensagens enviadas|email enviados|e-mails enviados
inviata|inviati|posta inviata|elementi inviati|messaggi inviati
verzonden|verzonden items|verzonden berichten|enviats|elements enviats
skickat|skickade|skickade objekt|skickade meddelanden
sendt|sendt post|sendte|sendte elementer|sendte meldinger
lähetetyt|lähetetyt kohteet|lähetetyt viestit|saadetud|saadetud kirjad
wysłane|elementy wysłane|wysłane wiadomości|odeslané|odeslaná pošta|odeslané položky
odoslané|odoslaná pošta|elküldött|elküldött elemek|elküldött üzenetek
trimise|elemente trimise|mesaje trimise|poslano|poslana pošta|poslane stavke
išsiųsta|išsiųsti|nosūtītie|nosūtītās
отправленные|отправленные элементы|надіслані|відправлені|изпратени
απεσταλμένα|σταλμένα|gönderilenler|gönderilmiş öğeler|gönderilmiş postalar
נשלחו|פריטים שנשלחו|العناصر المرسلة|البريد المرسل|المرسلة
送信済み|送信済みアイテム|送信済みメール|已发送|已发送邮件|已傳送|寄件備份|寄件备份
보낸 편지함|보낸편지함|보낸메일함|đã gửi|thư đã gửi|terkirim
"""
_JUNK = """
junk|junk e-mail|junk email|junk mail|junk-e-mail|spam|bulk|bulk mail|spamverdacht|unerwünscht
courrier indésirable|indésirables|pourriel|pourriels|correo no deseado|no deseado
lixo eletrônico|lixo electrónico|correio eletrónico não solicitado|email de lixo
posta indesiderata|indesiderata|ongewenste e-mail|ongewenst|correu brossa|brossa
skräppost|søppelpost|uønsket post|uønsket mail|roskaposti|rämpspost
niechciane|wiadomości-śmieci|wiadomości śmieci|nevyžádaná pošta|nevyžádané|nevyžiadaná pošta
levélszemét|mesaje nedorite|e-mail nedorit|neželena pošta|neželjena pošta|mēstules|šlamštas
спам|нежелательная почта|небажана пошта|ανεπιθύμητα|ανεπιθύμητη αλληλογραφία
gereksiz e-posta|önemsiz e-posta|istenmeyen|דואר זבל|البريد غير الهام|البريد غير المرغوب فيه
迷惑メール|垃圾邮件|垃圾郵件|스팸|스팸메일함|정크 메일|thư rác
"""


def _plain(name: str) -> str:
    """A name in the form used for comparison."""
    return unicodedata.normalize("NFC", name).casefold().strip()


def _names(text: str) -> frozenset[str]:
    return frozenset(_plain(name) for line in text.strip().splitlines() for name in line.split("|"))


_BY_NAME = {FolderRole.SENT: _names(_SENT), FolderRole.JUNK: _names(_JUNK)}


@dataclass(frozen=True, slots=True)
class ListedFolder:
    """A line of a server's LIST: flags, the delimiter of its hierarchy (None: it has none), and the
    name in modified UTF-7 (RFC 3501, 5.1.3)."""

    flags: Sequence[object]
    delimiter: bytes | None
    name: object


def folders_of(listed: Iterable[ListedFolder]) -> list[RemoteFolder]:
    """The folders that can be opened, with their roles. Of sent mail and of junk there is at most
    one that has its role by its name alone. A name that cannot be read, or contains control
    characters, is left out: it could not be named in a command or shown."""
    found: dict[str, tuple[FolderRole, str]] = {}
    for one in listed:
        flags = {flag.lower() for flag in one.flags if isinstance(flag, bytes)}
        name = _readable(one.name)
        if name is not None and not flags & _CLOSED:
            found[name] = _flagged(flags, name), _delimiter(one.delimiter)
    roles = {role for role, _ in found.values()}
    for role, names in _BY_NAME.items():
        if role not in roles and (name := _named(found, names)):
            found[name] = role, found[name][1]
    return [RemoteFolder(name, role) for name, (role, _) in found.items()]


def _readable(raw: object) -> str | None:
    if isinstance(raw, int):  # a name of digits
        raw = str(raw).encode()
    if not isinstance(raw, bytes):
        return None
    try:
        name = str(decode_utf7(raw))
    except (UnicodeError, ValueError, LookupError):
        return None
    is_clean = not any(unicodedata.category(char) in {"Cc", "Cs"} for char in name)
    return name if name and is_clean else None


def _delimiter(raw: bytes | None) -> str:
    return raw.decode("ascii", "replace") if raw else ""


def _flagged(flags: set[bytes], name: str) -> FolderRole:
    if name.upper() == "INBOX":
        return FolderRole.INBOX
    return next((role for flag, role in _FLAGS.items() if flag in flags), FolderRole.OTHER)


def _named(found: dict[str, tuple[FolderRole, str]], names: frozenset[str]) -> str | None:
    """The folder with one of these names that is nearest to the root; None if there is none."""
    parted = (
        (name.split(delimiter) if delimiter else [name], name)
        for name, (role, delimiter) in found.items()
        if role is FolderRole.OTHER
    )
    fitting = [(len(parts), name) for parts, name in parted if _plain(parts[-1]) in names]
    return min(fitting)[1] if fitting else None
