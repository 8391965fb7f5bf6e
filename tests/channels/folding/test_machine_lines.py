"""What machines put around a mail says nothing, so that an answer below an earlier mail is looked
for within it."""

import pytest

from supportcli.channels import mime
from supportcli.channels.folding.machine_lines import of_machine
from supportcli.channels.folding.salutations import greets

HEAD = (
    "From: Mia Berg <mia@berg.test>\nTo: Ada Lind <help@shop.test>\nSubject: Re: Lamp\nMessage-ID: <2@berg.test>\n"
    "In-Reply-To: <1@shop.test>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"
)
OLD = "From: Ada Lind <help@shop.test>\nSent: Sunday, August 2, 2026 2:02 PM\nTo: Mia\nSubject: Lamp\n\nWhich size?\n\nAda\n\nKingfisher\n"
MACHINES = {
    "programs": (
        "Outlook für Android beziehen", "Outlook für iOS herunterladen", "Gesendet von Mail für Windows", "Envoyé à partir d’Outlook pour Android",
        "Télécharger Outlook pour iOS", "Obtener Outlook para iOS", "Scarica Outlook per Android", "Outlook voor Android downloaden",
        "Skaffa Outlook för iOS", "Hanki Outlook for Android", "Pobierz aplikację Outlook dla systemu iOS", "Получить Outlook для Android",
        "Get Outlook for iOS<https://aka.test/o0ukef>", "Obter o Outlook para Android", "iOS için Outlook'u edinin",
        "Sent from my Android device with K-9 Mail. Please excuse my brevity.", "Sent from my BlackBerry 10 smartphone.",
        "Diese Nachricht wurde von meinem Android Mobiltelefon mit WEB.DE Mail gesendet.", "Please excuse my brevity.",
        "Entschuldigen Sie bitte die Kürze.", "Enviado desde mi teléfono Huawei con la aplicación de Gmail",
    ),
    "marks": ("Original Message", "Sent from my BlackBerry 10 smartphone.\n  Original Message  ", "Ursprüngliche Nachricht"),
    "scanners": (
        "Virenfrei. www.avast.com", "Virus-free. www.avast.com", "This email has been checked for viruses by Avast antivirus software.",
        "Diese E-Mail wurde von Avast Antivirus-Software auf Viren geprüft.", "Sans virus. www.avast.com", "Вирусов нет. www.avast.com",
    ),
    "gateways": (
        "[EXTERNAL]", "*** EXTERN ***", "CAUTION: This email originated from outside of the organization. Do not click links.",
        "ACHTUNG: Diese E-Mail stammt von einem externen Absender.", "Ce message provient d’un expéditeur externe.", "Внешнее письмо: отправитель",
    ),
    "paper": (
        "Please consider the environment before printing this e-mail.", "Bitte denken Sie an die Umwelt, bevor Sie diese Mail drucken.",
        "Pensez à l'environnement avant d'imprimer ce message.", "Antes de imprimir, piense en el medio ambiente.",
    ),
    "images": ("[cid:image001.png@01DC5A]", "[hidden: Read our offer of today]", "[image: Logo]", "[image]", "Logo", "image001.png", "<image002.jpg>", "🙂", "🌷🌷"),
    "signatures": ("Mia Berg\n030 1234567", "Mia Berg\nBerg Bakery Ltd.\n+49 30 1234567", "Mia\nwww.berg.test"),
    "greetings": ("Добрый вечер, Ада!", "היי", "Estimada Sra. Lind:", "Hello, Ada!", "Sehr geehrte Fr. Lind!", "Hola, Ada!"),
    "announcements": ("Zie antwoorden onder", "Vastaukset alla."),
}  # fmt: skip


def reply(above: str) -> str:
    """The reply that is read in a mail with a text above an earlier mail."""
    return mime.parse(f"{HEAD}{above}\n\n{OLD}".encode()).reply


@pytest.mark.parametrize("kind", MACHINES)
def test_below_what_a_machine_puts_there_the_answer_is_shown(kind: str) -> None:
    assert [above for above in MACHINES[kind] if "Kingfisher" not in reply(above)] == []
    assert [
        above for above in MACHINES[kind] if "Kingfisher" not in reply(f"Hi Ada,\n\n{above}")
    ] == []


SPEAKING = (
    "👍", "❤️", "My phone is broken", "The mail was sent from Hamburg", "Yes\n\nSent from my iPhone", "Ja, Logo!", "It has a virus",
    "Sorry, I mistyped it", "Mia Berg\nblue, please", "The printer is broken", "030 1234567", "The external drive, please", "Hello, blue please",
    "Thanks, Ada!", "Is it safe to open the external mail?",
)  # fmt: skip


@pytest.mark.parametrize("said", SPEAKING)
def test_below_an_answer_the_mail_that_is_answered_folds(said: str) -> None:
    assert "Kingfisher" not in reply(said)


@pytest.mark.parametrize(
    "line",
    [
        "Which phone was it sent from?",
        "I sent you the photo of the lamp and the two broken shades from my phone yesterday",
        "",
    ],
)
def test_a_sentence_of_somebody_is_no_line_of_a_machine(line: str) -> None:
    assert not of_machine(line)


@pytest.mark.parametrize(
    ("line", "greeting"),
    [
        ("Hi, Ada", True),
        ("Hi, Ada and Tom Lind", False),
        ("Hi, thanks", False),
        ("Hi, is it?", False),
    ],
)
def test_a_greeting_calls_by_a_name(line: str, greeting: bool) -> None:
    assert greets(line) == greeting
