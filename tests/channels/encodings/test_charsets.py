"""What a person wrote is read in their charset, whatever a gateway has put below it in another, and
whatever the mail declares."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.channels import mime
from supportcli.channels.encodings import charsets

WRITTEN = {
    "German": "Grüße, die Größe für die Schläuche fehlt – bitte prüfen.",
    "French": "Bonjour, l’élève a reçu où ça brûle à Noël.",
    "Polish": "Zażółć gęślą jaźń, proszę o odpowiedź.",
    "Russian": "Здравствуйте, где моя посылка?",
    "Greek": "Καλημέρα, πού είναι το δέμα μου;",
    "Hebrew": "שלום, איפה החבילה שלי?",
    "Japanese": "荷物はどこですか。",
    "Chinese": "你好，我的包裹在哪里？",
    "Korean": "안녕하세요, 소포가 어디에 있나요?",
}
FOOTERS = {
    "cp1252": "Geschäftsführer: J. König, München – „vertraulich“",
    "iso-8859-15": "Vertraulich! Geschäftsführer: König, 5 €",
    "one letter": "München",
    "capitals": "CONFIDENCIALIDADE: NÃO DIVULGAÇÃO",
}


def letter(body: bytes, charset: str | None) -> bytes:
    kind = (
        b"" if charset is None else b"Content-Type: text/plain; charset=%b\r\n" % charset.encode()
    )
    return b"From: a@b.test\r\n%bContent-Transfer-Encoding: 8bit\r\n\r\n%b\r\n" % (kind, body)


@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
@pytest.mark.parametrize(
    "charset", ["utf-8", None, "us-ascii", "iso-8859-1", "windows-1252", "unknown-8bit"]
)
@pytest.mark.parametrize("footer", ["cp1252", "one letter", "capitals"])
@pytest.mark.parametrize("language", list(WRITTEN))
def test_utf_8_stays_utf_8_beside_a_footer_in_latin_1(
    language: str, footer: str, charset: str | None, line_end: str
) -> None:
    body = f"{WRITTEN[language]}{line_end}{line_end}-- {line_end}".encode() + FOOTERS[
        footer
    ].encode("cp1252")
    assert mime.parse(letter(body, charset)).text.split("\n") == [
        WRITTEN[language],
        "",
        "-- ",
        FOOTERS[footer],
    ]


def test_both_may_stand_in_one_line() -> None:
    body = "Größe fehlt, Grüße. ".encode() + "(geprüft in München)".encode("cp1252")
    assert mime.parse(letter(body, "utf-8")).text == "Größe fehlt, Grüße. (geprüft in München)"


@pytest.mark.parametrize(
    "charset",
    [
        "iso-8859-1",
        "iso-8859-2",
        "windows-1250",
        "windows-1251",
        "koi8-r",
        "iso-8859-7",
        "windows-1255",
        "big5",
        "shift_jis",
        "euc-kr",
    ],
)
@pytest.mark.parametrize("language", ["Japanese", "Chinese", "Korean"])
def test_utf_8_under_a_wrong_name_is_utf_8(language: str, charset: str) -> None:
    assert mime.parse(letter(WRITTEN[language].encode(), charset)).text == WRITTEN[language]


@pytest.mark.parametrize(
    "charset", ["iso-8859-2", "windows-1251", "koi8-r", "iso-8859-7", "iso-8859-15", "windows-1252"]
)
@pytest.mark.parametrize("language", ["German", "French", "Polish", "Russian", "Greek", "Hebrew"])
def test_utf_8_under_a_name_of_one_byte_a_letter_is_utf_8(language: str, charset: str) -> None:
    assert mime.parse(letter(WRITTEN[language].encode(), charset)).text == WRITTEN[language]


OWN = {
    "cp1252": "CAFÉ” und „Ä“ in Zürich\nÉTÉ\N{NO-BREAK SPACE}: 20 °C",
    "iso-8859-1": "Grüße aus Köln\nÄÖÜ",
    "iso-8859-15": "5 €, Grüße",
    "windows-1250": "Zażółć gęślą jaźń\nŁÓDŹ",
    "windows-1251": "Здравствуйте, «ООО» №5\nВЫБОР»",
    "koi8-r": "Здравствуйте, где моя посылка?",
    "iso-8859-7": "Καλημέρα, πού είναι;",
    "windows-1255": "שלום, איפה החבילה שלי?",
    "windows-1256": "مرحبا، أين طردي؟",
    "shift_jis": "荷物はどこですか。",
    "euc-jp": "荷物はどこですか。",
    "gb18030": "你好，我的包裹在哪里？",
    "big5": "你好，我的包裹在哪裡？",
    "euc-kr": "안녕하세요, 소포가 어디에 있나요?",
}


@pytest.mark.parametrize("charset", list(OWN))
def test_what_is_declared_rightly_is_believed(charset: str) -> None:
    assert mime.parse(letter(OWN[charset].encode(charset), charset)).text == OWN[charset]


@pytest.mark.parametrize("charset", ["windows-1251", "koi8-r", "iso-8859-2", "iso-8859-1"])
def test_a_footer_in_utf_8_is_read_below_another_charset(charset: str) -> None:
    said = {
        "windows-1251": "Где посылка?",
        "koi8-r": "Где посылка?",
        "iso-8859-2": "Zażółć gęślą",
        "iso-8859-1": "Schöne Grüße",
    }[charset]
    body = said.encode(charset) + b"\r\n" + "Диск für große Öfen, Grüße".encode()
    assert mime.parse(letter(body, charset)).text == f"{said}\nДиск für große Öfen, Grüße"


def test_a_broken_line_spoils_no_other() -> None:
    said = OWN["shift_jis"].encode("cp932")
    text = mime.parse(
        letter(said + b"\r\n\xa0\xff\xfe damaged\r\n" + said, "shift_jis")
    ).text.split("\n")
    assert (text[0], text[2]) == (OWN["shift_jis"], OWN["shift_jis"])


@given(
    st.lists(st.sampled_from(sorted(WRITTEN.values())), min_size=1, max_size=4),
    st.sampled_from(sorted(FOOTERS)),
    st.booleans(),
)
def test_no_footer_changes_a_letter_of_what_was_written(
    lines: list[str], footer: str, above: bool
) -> None:
    written, added = "\n".join(lines), FOOTERS[footer].encode("cp1252")
    data = added + b"\n" + written.encode() if above else written.encode() + b"\n" + added
    text, defect = charsets.decode(data, "utf-8")
    assert written in text
    assert added.decode("cp1252") in text
    assert defect is not None


@pytest.mark.parametrize("charset", ["gb2312", "shift_jis", "euc-kr", "iso-2022-jp", "hz-gb-2312"])
@pytest.mark.parametrize("language", ["German", "Polish"])
def test_utf_8_under_the_name_of_a_wide_charset_is_utf_8(language: str, charset: str) -> None:
    text = WRITTEN[language].replace(" – ", ", ")
    assert mime.parse(letter(text.encode(), charset)).text == text


UNDECLARED = {
    "cp1251": "Здравствуйте, где мой заказ номер 42?",
    "koi8-r": "Здравствуйте, где мой заказ номер 42?",
    "koi8-u": "Добрий день, де моє замовлення номер 42? Дякую за відповідь",
    "cp932": "お世話になっております。注文番号42はどこですか。",
    "euc_jp": "お世話になっております。注文番号42はどこですか。",
    "gb18030": "您好，请问我的订单42在哪里？谢谢您的帮助",
    "cp949": "안녕하세요, 제 주문 42번은 어디에 있습니까?",
    "cp1253": "Καλημέρα, πού είναι η παραγγελία μου αριθμός 42;",
}


@pytest.mark.parametrize("name", UNDECLARED)
def test_what_no_charset_is_declared_for_is_read_if_its_words_prove_one(name: str) -> None:
    text, defect = charsets.decode(UNDECLARED[name].encode(name), None)
    assert text == UNDECLARED[name]
    assert str(defect).startswith("no charset is declared; it is read as ")


@pytest.mark.parametrize("name", ["cp1255", "cp874", "iso8859-5"])
def test_what_nobody_can_know_is_named(name: str) -> None:
    said = {
        "cp1255": "שלום, איפה ההזמנה שלי",
        "cp874": "สวัสดีครับ คำสั่งซื้อ",
        "iso8859-5": "Здравствуйте, где мой",
    }
    text, defect = charsets.decode(said[name].encode(name), None)
    assert text
    assert defect == "no charset is declared, and the text is not western"


@pytest.mark.parametrize(
    "text",
    ["Größe für Äpfel, Übermaß", "Où est ma commande à l’été déçue", "£££££££", "ÄÖÜ", "¿¡Qué!?"],
)
def test_western_text_needs_no_charset(text: str) -> None:
    read, _ = charsets.decode(text.encode("cp1252"), None)
    assert read == text
