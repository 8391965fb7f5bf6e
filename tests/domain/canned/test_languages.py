"""The language a customer writes: told by small words and by letters, or not at all."""

import pytest

from supportcli.domain.canned.languages import KNOWN, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hello, where is my order? You said that it was sent.", "en"),
        ("Guten Tag, ich habe die Rechnung nicht bekommen.", "de"),
        ("Bonjour, je suis désolé mais ma commande est en retard.", "fr"),
        ("Hola, no tengo mi pedido, ¿cuándo llega?", "es"),
        ("Buongiorno, non ho ricevuto il mio ordine, grazie", "it"),
        ("Hallo, ik heb het pakket niet ontvangen", "nl"),
        ("営業時間を教えてください", "ja"),
        ("请问我的订单在哪里", "zh"),
        ("Где мой заказ?", "ru"),
        ("Де моє замовлення? Я її чекаю", "uk"),
        ("주문한 물건이 어디에 있나요", "ko"),
        ("ok", None),
        ("", None),
        ("#1042 ??? 🙂", None),
        ("Order 8841, Grinder Deluxe", None),
    ],
)
def test_language(text: str, language: str | None) -> None:
    assert language_of([text]) == language
    assert language in {*KNOWN, None}


def test_the_newest_message_counts_where_there_is_much_text() -> None:
    assert (
        language_of(
            ["Ich habe noch eine Frage. " * 300, "Where is the order that you have sent? " * 300]
        )
        == "de"
    )
