"""What the generated customers say, by language, and the character sets that can say it. Every text
is in Unicode's composed form and can be encoded in each of its language's charsets, and no sentence
is longer than a line of mail."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """A language: the names of its people, and what they write."""

    code: str
    charsets: tuple[str, ...]
    names: tuple[str, ...]
    subjects: tuple[str, ...]
    greeting: str
    sentences: tuple[str, ...]
    closing: str
    reply_prefix: str = "Re:"


ENGLISH = Language(
    "en",
    ("us-ascii", "utf-8"),
    ("Grace Oduya", "Tom Hale", "Ivy Marsh", "Noah Pike", "Ruth Adeyemi", "O'Brien, Sean"),
    (
        "Where is my parcel?",
        "Refund for the green kettle",
        "Invoice is missing",
        "Wrong size delivered",
        "Question",
    ),
    "Hello,",
    (
        "the parcel was promised for Tuesday and has not arrived.",
        "I would like my money back, since the lid does not close.",
        "could you send the invoice once more, please?",
        "the box held a size 42 and I had ordered a 38.",
        "thank you, that has solved it.",
        "it happened again this morning, with the new one too.",
    ),
    "Best regards",
)
GERMAN = Language(
    "de",
    ("utf-8", "iso-8859-1", "windows-1252"),
    ("Jörg Müßig", "Käthe Größ", "Uwe Händler", "Änne Vögele"),
    ("Rückfrage zur Lieferung", "Größe falsch", "Rechnung fehlt für März", "Gerät läuft nicht"),
    "Grüß Gott,",
    (
        "die Lieferung ist für Dienstag angekündigt, aber nicht angekommen.",
        "das Gerät läuft nicht, wenn ich den Schalter drücke.",
        "könnten Sie mir die Rechnung für März noch einmal schicken?",
        "vielen Dank, jetzt läuft es wieder, schöne Grüße aus Köln.",
    ),
    "Mit freundlichen Grüßen",
    "AW:",
)
FRENCH = Language(
    "fr",
    ("utf-8", "iso-8859-1", "iso-8859-15"),
    ("Zoé Lefèvre", "François Bâtard", "Anaïs Guérin"),
    ("Colis abîmé à la réception", "Où est ma commande ?", "Facture erronée", "Échange demandé"),
    "Bonjour,",
    (
        "le colis est arrivé abîmé, la boîte était déjà ouverte.",
        "pourriez-vous m'indiquer où se trouve ma commande, s'il vous plaît ?",
        "la facture reçue à Noël est erronée : il manque la réduction.",
        "merci beaucoup, tout fonctionne très bien à présent.",
    ),
    "Cordialement",
    "RE :",
)
SPANISH = Language(
    "es",
    ("utf-8", "iso-8859-1"),
    ("Íñigo Núñez", "María Peña"),
    ("¿Dónde está mi pedido?", "Devolución del artículo", "Avería en el teléfono"),
    "Buenos días:",
    (
        "el pedido aún no ha llegado, ¿podrían comprobar el envío?",
        "quiero devolver el artículo porque llegó en mal estado.",
        "mañana estaré en casa, así que podrán entregarlo entonces.",
    ),
    "Un saludo",
)
POLISH = Language(
    "pl",
    ("utf-8", "iso-8859-2", "windows-1250"),
    ("Łucja Żółć", "Stanisław Bąk"),
    ("Paczka nie dotarła", "Zwrot pieniędzy za czajnik", "Zły rozmiar butów"),
    "Dzień dobry,",
    (
        "paczka miała dotrzeć we wtorek, ale jej jeszcze nie ma.",
        "proszę o zwrot pieniędzy, ponieważ pokrywka się nie domyka.",
        "dziękuję bardzo, wszystko już działa jak należy.",
    ),
    "Pozdrawiam",
    "Odp:",
)
GREEK = Language(
    "el",
    ("utf-8", "iso-8859-7"),
    ("Ελένη Παπαδοπούλου", "Γιώργος Νικολάου"),
    ("Πού είναι το δέμα μου;", "Λάθος τιμολόγιο"),
    "Καλημέρα σας,",
    (
        "το δέμα δεν έχει φτάσει ακόμη, τι μπορώ να κάνω;",
        "το τιμολόγιο που έλαβα έχει λάθος διεύθυνση.",
        "σας ευχαριστώ πολύ για τη βοήθεια.",
    ),
    "Με εκτίμηση",
)
RUSSIAN = Language(
    "ru",
    ("utf-8", "koi8-r", "windows-1251"),
    ("Ольга Щукина", "Пётр Ёлкин"),
    ("Где моя посылка?", "Возврат денег за чайник", "Не приходит счёт"),
    "Здравствуйте!",
    (
        "посылка должна была прийти во вторник, но её всё ещё нет.",
        "прошу вернуть деньги, потому что крышка не закрывается.",
        "большое спасибо, теперь всё работает.",
    ),
    "С уважением",
)
JAPANESE = Language(
    "ja",
    ("utf-8", "iso-2022-jp", "shift_jis", "euc-jp"),
    ("佐藤花子", "山田太郎"),
    ("荷物が届きません", "領収書の再発行について", "サイズが違います"),
    "いつもお世話になっております。",
    (
        "火曜日に届く予定の荷物がまだ届いておりません。",
        "領収書をもう一度送っていただけますでしょうか。",
        "ありがとうございました。無事に解決いたしました。",
    ),
    "よろしくお願いいたします。",
)
CHINESE = Language(
    "zh",
    ("utf-8", "gb18030"),
    ("王小明", "李娜"),
    ("包裹还没有收到", "请重新开具发票", "退款申请"),
    "您好：",
    (
        "包裹原定星期二送达，可是到现在还没有收到。",
        "请把三月份的发票再发给我一次。",
        "非常感谢，问题已经解决了。",
    ),
    "此致敬礼",
    "回复:",
)
TAIWANESE = Language(
    "zh-tw",
    ("utf-8", "big5"),
    ("陳美玲", "林志豪"),
    ("包裹尚未收到", "請重新開立發票", "退款申請"),
    "您好：",
    (
        "包裹原定星期二送達，可是到現在還沒有收到。",
        "請將三月份的發票再寄給我一次。",
        "非常感謝，問題已經解決了。",
    ),
    "敬祝商祺",
)
KOREAN = Language(
    "ko",
    ("utf-8", "euc-kr"),
    ("김민수", "이서연"),
    ("택배가 아직 오지 않았습니다", "환불 요청"),
    "안녕하세요.",
    (
        "화요일에 도착하기로 한 택배가 아직 오지 않았습니다.",
        "뚜껑이 닫히지 않아서 환불을 받고 싶습니다.",
        "감사합니다. 잘 해결되었습니다.",
    ),
    "감사합니다.",
)
LANGUAGES = (
    ENGLISH,
    GERMAN,
    FRENCH,
    SPANISH,
    POLISH,
    GREEK,
    RUSSIAN,
    JAPANESE,
    CHINESE,
    TAIWANESE,
    KOREAN,
)
CHARSETS = {
    charset: language
    for language in reversed(LANGUAGES)
    for charset in language.charsets
    if charset != "utf-8"
} | {"utf-8": JAPANESE}
