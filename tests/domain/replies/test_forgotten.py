import pytest

from supportcli.domain.replies.forgotten import unattached


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("I have attached the invoice.", "attached"),
        ("Please see the attached invoice.", "see the attached"),
        ("I'm attaching the log.", "I'm attaching"),
        ("You find it in the attachment.", "in the attachment"),
        ("Die Rechnung ist im Anhang.", "im Anhang"),
        ("Anbei die Rechnung.", "Anbei"),
        ("Veuillez trouver ci-joint la facture.", "ci-joint"),
        ("Le adjunto la factura.", "adjunto"),
        ("In allegato la fattura.", "In allegato"),
        ("Segue em anexo a fatura.", "em anexo"),
        ("In de bijlage vindt u de factuur.", "In de bijlage"),
        ("Fakturę przesyłam w załączniku.", "w załączniku"),
        ("Jag bifogar fakturan.", "bifogar"),
        ("Fakturaen er vedhæftet.", "vedhæftet"),
        ("Fakturu posílám v příloze.", "v příloze"),
        ("Lasku on liitteenä.", "liitteenä"),
        ("請求書を添付いたします。", "添付いたし"),
        ("发票请见附件。", "附件"),
        ("Счёт во вложении.", "во вложении"),
        ("It is\nattached\nbelow.", "attached"),
    ],
)
def test_a_promise_is_found(text: str, word: str) -> None:
    assert unattached(text, ()) == f"the text says “{word}”, and no file is attached"


@pytest.mark.parametrize(
    "text",
    [
        "Could you attach a photo of the grinder?",
        "Please send it as a photo.",
        "Thank you for the photo that you attached.",
        "I looked at your attached log.",
        "On Monday Bob wrote:\n> I have attached the log.",
        "Können Sie ein Foto anhängen?",
        "Tak, dziękuję.",
        "The unattached hose is normal.",
    ],
)
def test_what_promises_nothing(text: str) -> None:
    assert unattached(text, ()) == ""


def test_a_file_keeps_the_promise() -> None:
    assert unattached("It is attached.", ("a.pdf",)) == ""
    assert unattached("It is attached.\n\n⟦attached refund/form.pdf⟧", ()) == ""
