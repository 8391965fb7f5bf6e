"""Mails that tests hand to the program."""

from email.message import EmailMessage
from email.utils import format_datetime

from tests.desk.desks import START


def letter(
    text: str = "It leaks.\n",
    subject: str = "Leak",
    *files: tuple[str, bytes],
    message_id: str = "<leak@acme.test>",
    **headers: str,
) -> bytes:
    """A mail of Maria to help@shop.test, with files (name and bytes) if there are any."""
    mail = EmailMessage()
    mail["From"] = "Maria Lopez <maria@acme.test>"
    mail["To"] = "help@shop.test"
    mail["Subject"] = subject
    mail["Date"] = format_datetime(START)
    mail["Message-ID"] = message_id
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    for name, content in files:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    if files:
        mail.set_boundary("frontier")
    return mail.as_bytes()
