"""What is forwarded is the message; and an earlier mail that holds the answers does not fold,
however these are announced, or where nothing stands outside it."""

import re
from html import escape

import pytest

from supportcli.channels import mime

DESK = "Ada Lind <help@shop.test>"
CARRIER = "UPS Care <care@ups.test>"
HEADERS = (
    "From: Mia Berg <mia@berg.test>\nTo: {to}\nSubject: {subject}\nMessage-ID: <2@berg.test>\n{answers}"
    "MIME-Version: 1.0\nContent-Type: text/{kind}; charset=utf-8\n\n{body}\n"
)
ANSWERS = "In-Reply-To: <1@shop.test>\nReferences: <1@shop.test>\n"
BODY = "Dear Mia,\n\nKingfisher waits at the kiosk.\n\nUPS"
MARKED = "".join(f"> {line}".rstrip() + "\n" for line in BODY.split("\n"))
RULE = "_" * 32


def reply(
    body: str,
    *,
    kind: str = "plain",
    subject: str = "Re: Lamp",
    answers: str = ANSWERS,
    to: str = DESK,
) -> str:
    """The reply that is read in a mail with this body."""
    return mime.parse(
        HEADERS.format(to=to, subject=subject, answers=answers, kind=kind, body=body).encode()
    ).reply


def block(sender: str = DESK, subject: str = "Lamp") -> str:
    return f"From: {sender}\nSent: Sunday, August 2, 2026 2:02 PM\nTo: Mia Berg <mia@berg.test>\nSubject: {subject}\n"


def words(text: str) -> list[str]:
    return re.findall(r"\w+", re.sub(r"<[^<>]*>", " ", text))


# Marks of forwards in languages of which most are listed nowhere, above their labels.
FORWARDS = {
    "gmail": "---------- Forwarded message ---------\nFrom: {0}\nDate: Sun, Aug 2, 2026 at 2:02 PM\nSubject: Parcel\nTo: Mia <mia@berg.test>",
    "apple": "Begin forwarded message:\n\nFrom: {0}\nDate: 2 August 2026 at 14:02:11 CEST\nTo: Mia <mia@berg.test>\nSubject: Parcel",
    "thunderbird": "-------- Forwarded Message --------\nSubject: \tParcel\nDate: \tSun, 2 Aug 2026 14:02:00 +0200\nFrom: \t{0}\nTo: \tmia@berg.test",
    "notes": "----- Forwarded by Mia Berg/BERG on 02.08.2026 14:03 -----\n\nFrom: {0}\nTo: mia@berg.test\nDate: 02.08.2026 14:02\nSubject: Parcel",
    "swedish": "-------- Vidarebefordrat meddelande --------\nÄmne: Parcel\nDatum: Sun, 2 Aug 2026 14:02:00 +0200\nFrån: {0}\nTill: mia@berg.test",
    "danish": "Start på videresendt besked:\n\nFra: {0}\nEmne: Parcel\nDato: 2. august 2026 kl. 14.02.11 CEST\nTil: Mia <mia@berg.test>",
    "czech": "-------- Přeposlaná zpráva --------\nPředmět: Parcel\nDatum: Sun, 2 Aug 2026 14:02:00 +0200\nOd: {0}\nKomu: mia@berg.test",
    "czech, apple": "Začátek přeposílané zprávy:\n\nOd: {0}\nPředmět: Parcel\nDatum: 2. srpna 2026 14:02:11 SELČ\nKomu: mia@berg.test",
    "turkish": "---------- İletilen mesaj ---------\nKimden: {0}\nTarih: 2 Ağu 2026 Paz, 14:02\nKonu: Parcel\nKime: mia@berg.test",
    "hungarian": "-------- Továbbított üzenet --------\nTárgy: Parcel\nDátum: Sun, 2 Aug 2026 14:02:00 +0200\nFeladó: {0}\nCímzett: mia@berg.test",
    "greek": "-------- Προωθημένο μήνυμα --------\nΘέμα: Parcel\nΗμερομηνία: Sun, 2 Aug 2026 14:02:00\nΑπό: {0}\nΠρος: mia@berg.test",
    "ukrainian": "-------- Переслане повідомлення --------\nТема: Parcel\nДата: Sun, 2 Aug 2026 14:02:00\nВід: {0}\nКому: mia@berg.test",
    "korean": "---------- 전달된 메일 ----------\n보낸사람: {0}\n받는사람: mia@berg.test\n날짜: 2026년 8월 2일 14:02\n제목: Parcel",
    "chinese": "---------- 转发的邮件 ----------\n发件人: {0}\n日期: 2026年8月2日 14:02\n主题: Parcel\n收件人: mia@berg.test",
    "japanese": "転送されたメッセージ:\n\n差出人: {0}\n日付: 2026年8月2日 14:02:11\n宛先: mia@berg.test\n件名: Parcel",
}
ABOVE = {
    "nothing": "",
    "a question": "Where is it?\n\n",
    "a word": "FYI\n\n",
    "a phone": "\n\nSent from my iPhone\n\n",
}


@pytest.mark.parametrize("mark", FORWARDS.values(), ids=FORWARDS)
@pytest.mark.parametrize("above", ABOVE.values(), ids=ABOVE)
def test_a_forward_is_the_message(mark: str, above: str) -> None:
    for sender in (CARRIER, DESK):
        head = mark.format(sender)
        quoted = "".join(f"> {line}".rstrip() + "\n" for line in head.split("\n"))
        first, _, labels = head.partition("\n")
        phone = first + "\n" + "".join(f"> {line}".rstrip() + "\n" for line in labels.split("\n"))
        for text in (f"{head}\n\n{BODY}", f"{quoted}>\n{MARKED}", f"{phone}\n{MARKED}"):
            for subject, answers in (
                ("Fwd: Parcel", ""),
                ("Fwd: Parcel", ANSWERS),
                ("Re: Lamp", ANSWERS),
            ):
                kept = reply(above + text, subject=subject, answers=answers)
                assert " ".join(words(text)) in " ".join(words(kept))


PREFIXES = (
    "FW:",
    "Fwd:",
    "WG:",
    "TR:",
    "I:",
    "ENC:",
    "RV:",
    "VB:",
    "VS:",
    "PD:",
    "İLT:",
    "ΠΡΘ:",
    "转发：",
    "전달:",
    "Továbbítás:",
    "Пересл.:",
    "YNT: FW:",
)
OF_OTHERS = {
    "outlook": block(CARRIER, "Parcel"),
    "outlook, a rule": f"{RULE}\n{block(CARRIER, 'Parcel')}",
    "outlook, a mark": f"-----Original Message-----\n{block(CARRIER, 'Parcel')}",
    "a name alone": block("UPS Care", "Parcel"),
    "gmx": f"Gesendet: Sonntag, 2. August 2026 14:02\nVon: {CARRIER}\nAn: Mia Berg\nBetreff: Parcel\n",
    "notes": f"From:\t{CARRIER}\nTo:\tmia@berg.test\nDate:\t02.08.2026 14:02\nSubject:\tParcel\n",
}


@pytest.mark.parametrize("head", OF_OTHERS.values(), ids=OF_OTHERS)
def test_below_the_prefix_of_a_forward_a_mail_of_somebody_else_is_the_message(head: str) -> None:
    older = f"\n\n{RULE}\n{block(DESK, 'Parcel')}\nOur older mail."
    for prefix in PREFIXES[:-1]:
        for above in ("", "Please look.\n\n"):
            text = f"{above}{head}\n{BODY}{older}"
            assert words(reply(text, subject=f"{prefix} Parcel", answers="")) == words(text), prefix


def test_a_reply_to_a_forward_still_folds() -> None:
    text = f"The lamp hums.\n\n{block(DESK, 'FW: Parcel')}\nLook:\n\n---------- Forwarded message ---------\n{block(CARRIER)}\n{BODY}"
    marked = "".join(f"> {line}\n" for line in text.split("\n")[2:])
    for body in (
        text,
        f"The lamp hums.\n\nOn Sun, Aug 2, 2026 at 2:02 PM {DESK} wrote:\n\n{marked}",
    ):
        for subject in ("Re: FW: Parcel", "AW: WG: Parcel"):
            assert reply(body, subject=subject) == "The lamp hums."


SILENT = {
    "a closing": ("Best regards\nMia Berg", "Mia", "Mia Berg", "Med vänliga hälsningar\nMia", "Med venlig hilsen", "S pozdravem\nMia Berg",
                  "Saygılarımla,\nMia", "Üdvözlettel\nMia", "Με εκτίμηση,\nMia", "З повагою\nMia", "此致\n敬礼\nMia", "Mvh Mia"),
    "a greeting": ("Ada,", "Ada -", "Ada –", "Madame, Monsieur,", "Grüezi", "Grüß Gott", "Buonasera", "Hejsan Ada!", "Kære Ada", "Dobrý den,",
                   "Vážená paní Lindová,", "Merhaba", "Sayın Ada Lind,", "Tisztelt Ada!", "Szia Ada", "Γεια σας", "Αγαπητή Ada,", "Доброго дня!",
                   "Шановна Ado,", "안녕하세요", "您好", "你好，", "お世話になっております。", "Ada様",
                  "Hi Ada,\n\nDear Ada Lind,", "Shop-Team,", "Kära Ada", "Go' dag", "Nazdar",
                   "Jó reggelt!", "Доброго ранку", "Kolay gelsin",
                   "Spett.le Shop,", "Tere!", "Hi Ada, hello Tom,"),
    "a phone": ("Gesendet von Outlook für iOS", "Wysłane z iPhone’a", "Odesláno z iPhonu", "iPhone’umdan gönderildi", "Skickat från min iPhone",
                "Küldve iPhone-ról", "Στάλθηκε από το iPhone μου", "Надіслано з iPhone", "내 iPhone에서 보냄", "发自我的 iPhone"),
    "signs": (".", "\u200b", "\xa0", "--", "…", "\ufeff.", "* * *"),
    "all": ("Hej Ada,\n\nMvh\nMia\n\nSkickat från min iPhone", "Hi Ada,\n\nThanks,\nMia"),
}  # fmt: skip
SAID = f"On Sunday, August 2, 2026 at 2:02 PM {escape(DESK)} wrote:"
HOLDING = {
    "outlook": ("plain", f"{{}}\n\n{RULE}\n{block()}\nWhich size?\nKingfisher"),
    "original": (
        "plain",
        f"{{}}\n\n-----Original Message-----\n{block()}\nWhich size?\nKingfisher",
    ),
    "gmail": (
        "plain",
        f"{{}}\n\nOn Sun, Aug 2, 2026 at 2:02 PM {DESK} wrote:\n\n> Which size?\n> Kingfisher",
    ),
    "gmail's page": (
        "html",
        f'<div>{{}}</div><div class="gmail_quote"><div>{SAID}<br></div><blockquote class="gmail_quote">Which size?<br>Kingfisher</blockquote></div>',
    ),
    "apple's page": (
        "html",
        f'<div>{{}}</div><blockquote type="cite"><div>On 2 Aug 2026, at 14:02, {escape(DESK)} wrote:</div><br>Which size?<br>Kingfisher</blockquote>',
    ),
    "yahoo's page": (
        "html",
        (
            f'<div>{{}}</div><div class="yahoo_quoted"><div>{SAID}</div>'
            "<br><div>Which size?</div><div>Kingfisher</div></div>"
        ),
    ),
    "gmx's page": (
        "html",
        '<div>{}</div><div name="quote">'
        + escape(block()).replace("\n", "<br>")
        + "<br>Which size?<br>Kingfisher</div>",
    ),
}


def within(above: str, form: str) -> str:
    """The reply that is read in a mail with a text above an earlier mail."""
    kind, body = HOLDING[form]
    return reply(
        body.format(escape(above).replace("\n", "<br>") if kind == "html" else above), kind=kind
    )


@pytest.mark.parametrize("form", HOLDING)
@pytest.mark.parametrize("name", SILENT)
def test_where_nothing_new_stands_outside_the_answer_is_within(name: str, form: str) -> None:
    assert [above for above in SILENT[name] if "Kingfisher" not in within(above, form)] == []


SPEAKING = ("42", "Yes", "Ja, gerne", "Thanks!", "OK", "Size 42\n\nBest regards\nMia", "Hi Ada, size 42 please.", "Hallo\n\nblau\n\nGruß\nMia", "👍",
            "Nein danke", "Merci beaucoup !", "Tack", "はい、お願いします。", "好的", "Да", "My iPhone is broken.\n\nMia", "감사합니다.",
            "Gruß\nMia\n\nPS: Please send two.")  # fmt: skip


@pytest.mark.parametrize("form", HOLDING)
def test_below_the_shortest_answer_the_mail_that_is_answered_folds(form: str) -> None:
    assert [above for above in SPEAKING if "Kingfisher" in within(above, form)] == []


# Two or more for each language, of which most are listed nowhere.
ANNOUNCING = {
    "english": ("Pls c below", "I put my answers next to each question", "Comments in caps", "My notes are in purple", "I wrote between your lines",
                "Reply at the end of your mail", "Everything is filled out further down", "I typed my replies right into your text"),
    "german": ("s.u.", "Meine Antworten habe ich kursiv gesetzt", "Habe direkt unter die Fragen geschrieben", "Alles weiter unten eingetragen"),
    "swedish": ("Se nedan", "Mina svar står i rött", "Jag har svarat under varje fråga", "Svaren finns längre ner"),
    "danish": ("Se nedenfor", "Mine svar er med blåt", "Jeg har svaret under spørgsmålene", "Se svar længere nede"),
    "norwegian": ("Se under", "Svarene mine er i rødt", "Svar nederst"),
    "finnish": ("Katso alla", "Vastaukset punaisella", "Vastasin kysymysten alle"),
    "czech": ("Viz níže", "Odpovědi jsou červeně", "Odpověděl jsem pod otázky", "Vyplnil jsem to dole"),
    "slovak": ("Pozri nižšie", "Odpovede sú modrou"),
    "turkish": ("Aşağıya bakın", "Cevaplarım kırmızı ile", "Yanıtlarım aşağıda", "Soruların altına yazdım"),
    "hungarian": ("Lásd lent", "A válaszaim pirossal", "Lejjebb válaszoltam", "Kérdések alá írtam a válaszokat"),
    "greek": ("Δείτε παρακάτω", "Οι απαντήσεις μου με κόκκινο", "Απαντώ πιο κάτω"),
    "ukrainian": ("Дивіться нижче", "Мої відповіді червоним", "Відповів під питаннями"),
    "korean": ("아래를 보세요", "답변은 빨간색으로 표시했습니다", "질문 밑에 답을 적었습니다"),
    "chinese": ("见下文", "回复在下面", "我的答复用红色标出", "請看下方"),
    "romanian": ("Vezi mai jos", "Răspunsurile mele sunt cu roșu"),
    "bulgarian": ("Вижте по-долу", "Отговорите са в червено"),
    "spanish": ("Le contesto entre líneas", "Mis comentarios en mayúsculas"),
    "french": ("Mes réponses figurent en majuscules", "J'ai complété plus bas"),
    "italian": ("Ho compilato qui di seguito", "Commenti in verde"),
    "portuguese": ("Segue abaixo preenchido", "Os meus comentários a verde"),
    "dutch": ("Mijn reactie staat tussen de regels", "Zie verderop"),
    "polish": ("Odpisałem pod każdym pytaniem", "Moje uwagi na czerwono"),
    "russian": ("Я ответил внизу", "Заполнил ниже", "Мои комментарии жирным"),
    "in the mail": ("Jag svarade i ditt mejl", "Odpovídám přímo v mailu", "respondo punto por punto en su mensaje"),
    "in brackets": ("risposte tra parentesi", "Odpowiedzi w nawiasach", "ответы в скобках", "A válaszok zárójelben"),
    "at each question": ("Ответы после каждого вопроса", "svaren står efter varje fråga", "Respuestas tras cada pregunta"),
    "japanese": ("ご質問の下に返信しました。", "以下ご確認ください。"),
}  # fmt: skip


@pytest.mark.parametrize("language", ANNOUNCING)
def test_who_announces_answers_within_means_it(language: str) -> None:
    for form in ("outlook", "gmail's page"):
        assert [
            said
            for said in ANNOUNCING[language]
            if "Kingfisher" not in within(f"{said}\n\nMia", form)
        ] == []


PLAIN = (
    "Thanks for your answer. The lamp hums.",
    "I have not had any answer to my last mail.",
    "Danke für Ihre Antwort, die Lampe brummt im Flur.",
    "Merci de votre réponse, la lampe est rouge.",
    "Gracias por su respuesta. La quiero roja.",
    "Can you reply by mail?",
    "I understand. Please send the red one.",
    "Ik heb geen antwoord op mijn mail ontvangen.",
    "Proszę o odpowiedź.",
    "Жду ответа на письмо.",
    "ご回答ありがとうございます。",
)


@pytest.mark.parametrize("said", PLAIN)
def test_who_only_speaks_of_answers_announces_none(said: str) -> None:
    assert words(within(said, "outlook")) == words(said)


@pytest.mark.parametrize("name", ["[Mia Berg]", "[Mia]", "[Berg, Mia]", "[MB]", "[mia berg:]"])
def test_the_senders_name_in_brackets_within_a_quote_holds_an_answer(name: str) -> None:
    for form, (kind, body) in HOLDING.items():
        said = body.format("Thank you for your mail.").replace("Kingfisher", f"{name} Kingfisher")
        assert "Kingfisher" in reply(said, kind=kind), form
    assert "Kingfisher" not in reply(
        HOLDING["outlook"][1].format("Thank you.") + "\n[Ada Lind] Bye"
    )


CITING = (
    "UPS says this:",
    "Can you help? UPS answered me:",
    "See what came.",
    "Das kam von UPS:\n\nSchrecklich.",
)


@pytest.mark.parametrize("lead", CITING)
def test_a_mail_of_somebody_who_is_no_recipient_is_cited(lead: str) -> None:
    said = f"On Sun, Aug 2, 2026 at 2:02 PM {CARRIER} wrote:"
    for quote in (
        f"{said}\n\n{MARKED}",
        f"> {said}\n>\n{MARKED}",
        f"{block(CARRIER)}\n{BODY}",
        f"{said}\n\n{MARKED}{RULE}\n{block(CARRIER)}\n{BODY}",
    ):
        assert words(reply(f"{lead}\n\n{quote}")) == words(f"{lead}\n\n{quote}")


def test_a_mail_that_is_answered_by_its_id_is_one_of_the_firm_that_made_the_id() -> None:
    quote = f"On Sun, Aug 2, 2026 at 2:02 PM {DESK} wrote:\n\n{MARKED}"
    assert reply(f"The lamp hums.\n\n{quote}", to="all@lists.test") == "The lamp hums."
    assert "Kingfisher" in reply(
        f"The lamp hums.\n\n{quote}", to="all@lists.test", answers="In-Reply-To: <1@other.test>\n"
    )


def test_prompts_of_python_below_a_quote_are_text() -> None:
    quote = f"On Sun, Aug 2, 2026 at 2:02 PM {DESK} wrote:\n\n> What does it print?\n"
    for gap in ("", "\n"):
        prompts = ">>> import lamp\n>>> lamp.hum()\nTrue"
        assert words(reply(f"{quote}{gap}{prompts}")) == words(prompts)
    nested = f"{quote}>> Since when?\n>>> Kingfisher\n>> Monday.\n\nSince noon."
    assert words(reply(nested)) == ["Since", "noon"]
