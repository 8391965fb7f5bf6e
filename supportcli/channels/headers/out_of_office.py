"""Subjects of vacation notices, in the languages of the programs that write them."""

import re
import unicodedata
from functools import cache

from supportcli.domain.text.subjects import is_reply

# What Exchange, Outlook, iCloud, Notes and older programs put before the subject they answer;
# lower case, as NFKC has it. These words say that a program answers: no person puts them before a
# subject.
_AUTOMATIC = (
    r"auto(?:mat(?:ic|ed))?[- ]?(?:reply|response|answer)",
    (
        r"out[- ]of[- ](?:the[- ])?office (?:(?:auto(?:matic)?[- ]?)?(?:reply|response)|message|"
        r"notification)"
    ),
    (
        r"(?:vacation|holiday|absence) (?:(?:auto(?:matic)?[- ]?)?(?:reply|response)|message|"
        r"notice|notification)"
    ),
    r"automatische (?:antwort|abwesenheits\w+)|automatisch(?:e|es)? (?:antwoord|afwezigheid\w*)",
    r"r[ée]ponse automatique(?: d.absence)?(?: du bureau)?",
    r"respuesta autom[áa]tica|resposta autom[áaà]tica",
    r"risposta automatica|erantzun automatikoa|r[ăa]spuns automat",
    r"auto(?:matiske?t? )?svar|sj[áa]lfvirkt svar",
    (
        r"automaattinen vastaus|automaatvastus|autom[āa]tisk[āa] atbilde|"
        r"automatinis atsakymas"
    ),
    r"automatyczna odpowied[źz]|odpowied[źz] automatyczna|automatick[áa] odpov[ěe][ďd]",
    r"automatikus v[áa]lasz",
    (
        r"automatski odgovor|samodejni odgovor|αυτόματη απάντηση|otomatik (?:yan[ıi]t|cevap)|"
        r"balasan (?:otomatis|automatik)"
    ),
    (
        r"автоматический ответ|автоответ(?:чик)?|автоматична відповідь|автоматичен отговор|"
        r"(?:аутоматски|автоматски) одговор"
    ),
    r"(?:ה?תשובה|ה?מענה) ?(?:ה?אוטומטית|ה?אוטומטי)|(?:ال)?رد (?:ال)?تلقائي|स्वचालित (?:उत्तर|जवाब)",
    r"(?:การ)?ตอบกลับอัตโนมัติ|(?:thư )?trả lời tự động",
    r"自动(?:答复|回复|应答)|自動(?:回覆|答覆|回應|応答|返信)|자동 ?(?:회신|응답|답장)",
)
# These say that somebody is away: people write them too, with dates behind them.
_ABSENT = (
    r"out[- ]of[- ](?:the[- ])?office|oo(?:o|to)",
    r"abwesenheits(?:notiz|nachricht|meldung|assistent)|afwezigheids(?:bericht|melding|assistent)",
    r"niet aanwezig|absen(?:ce|t\(?e?\)?) du bureau|message d.absence",
    r"fuera de (?:la )?oficina|(?:fora|ausente) do escrit[óo]rio|ausência tempor[áa]ria",
    (
        r"fuori (?:ufficio|sede)|fr[åa]nvaro(?:meddelande)?|"
        r"frav[æe]r(?:s(?:besked|melding|meddelelse))?|ikke (?:til stede|på kontoret)"
    ),
    r"poissaoloilmoitus|poza biurem|nieobecno[śs][ćc](?: w (?:pracy|biurze))?|mimo kancel[áa][řr]",
    r"házon kívül|távollét(?:i értesítés)?|εκτός γραφείου|ofis dışı(?:nda)?",
    r"вне офиса|нет на (?:рабочем )?месте|поза офісом|izvan ureda|plecat din birou",
    r"不在(?:通知|応答)|休暇通知|外出(?:回覆|答覆)|不在(?:办公室|辦公室)|부재(?: ?중)?(?: 알림)?",
)
_SAYS_AUTOMATIC = unicodedata.normalize("NFKC", "|".join(_AUTOMATIC))
_FORM = unicodedata.normalize("NFKC", "|".join((*_AUTOMATIC, *_ABSENT)))
_GATEWAY = re.compile(
    r"(?:(?:\[\s*+|[*#]{2,}+\s*+|\{\s*+|\(\s*+)(?:extern(?:al|e|o|a)?|ext|caution|warning|achtung)\b"
    r"[^\])}*#]{0,30}(?:\]|[*#]{2,}+|\}|\))|(?:external|extern|ext)\s*+:)\s*+"
)
"""What mail gateways put before a subject from outside, in the form of `plain`."""

_SPAM = re.compile(r"\W{0,6}+(?:probably |possible |suspected )?spam\s?\??(?:[\])}>:]|[*_#]{2})")
_OF_VACATION = re.compile(r"away from my mail$")
_OUR_NUMBER = re.compile(r"\[#\d+\]")

# How help desks say that they have a mail.
_RECEIPTS = (
    r"(?:request|ticket|case|message|email|e-mail) (?:has been |was )?received",
    r"(?:we have|we.ve) received your (?:request|message|e-?mail|inquiry|enquiry|ticket)",
    (
        r"eingangsbest[äa]tigung|(?:ihre|deine) (?:anfrage|nachricht|e-?mail) (?:ist|wurde) "
        r"(?:bei uns )?(?:eingegangen|erfasst|erstellt)"
    ),
    r"wir haben (?:ihre|deine) (?:anfrage|nachricht|e-?mail) erhalten",
    r"accus[ée] de r[ée]ception|nous avons bien re[çc]u votre (?:demande|message|e-?mail)",
    r"acuse de recibo|hemos recibido (?:su|tu) (?:solicitud|mensaje|consulta|correo)",
    r"abbiamo ricevuto la (?:tua|sua|vostra) (?:richiesta|segnalazione|e-?mail)",
    r"recebemos (?:a|o)? ?(?:sua|seu|tua|teu) (?:solicita[çc][ãa]o|mensagem|pedido|e-?mail)",
    r"ontvangstbevestiging|(?:wij|we) hebben (?:uw|je) (?:aanvraag|bericht|e-?mail) ontvangen",
    r"potwierdzenie otrzymania|otrzymali[śs]my (?:twoje|pa[ńn]stwa) (?:zg[łl]oszenie|wiadomość)",
    r"vi har (?:tagit emot|mottagit|modtaget|mottatt) (?:ditt|din|deres) \w+",
    r"мы получили ва(?:ше|ш) \w+|ваш\w? (?:обращение|запрос|заявка) (?:получен|принят)\w*",
    r"お問い合わせを受け付けました|お問い合わせありがとうございます|我们已收到您的",
)


@cache
def _notice() -> re.Pattern[str]:
    """A form, followed by a colon or nothing. (Compiled on first use: it takes longer than reading
    most mailboxes' news.)"""
    return re.compile(rf"\[(?:{_SAYS_AUTOMATIC})\]|(?:{_SAYS_AUTOMATIC})\s*(?::|$)")


@cache
def _before() -> re.Pattern[str]:
    """A form before the subject that it answers."""
    return re.compile(rf"(?:\[(?:{_FORM})\]|(?:{_FORM})\s*:)\s*(?=\S)")


@cache
def _away() -> re.Pattern[str]:
    """A form or a sentence about an absence, to its end or to its time. “Vacation rental” is
    none."""
    return re.compile(
        rf"(?:(?:{_FORM}|out of (?:the )?office|away from (?:my|the) (?:mail|office|desk)|"
        r"vacation|abwesend|poissa)"
        r"|.{1,80}\b(?:is (?:currently )?(?:out of (?:the )?office|on (?:vacation|holiday|"
        r"leave)|afwezig|niet aanwezig)|ist (?:ausser haus|abwesend|im urlaub)"
        r"|est absente?|está (?:ausente|fuera de la oficina|fora do escritório)"
        r"|è (?:assente|fuori (?:ufficio|sede))"
        r"|jest (?:nieobecn[ya]|poza biurem)|är (?:frånvarande|inte på kontoret)"
        r"|er (?:fraværende|ikke på kontoret)|отсутствует(?: на рабочем месте)?|в отпуске)"
        r"|.{0,40}不在にしております)"
        r"\s*(?:$|[:.(\[]|(?:until|till|from|returning|bis|vom|ab|du|jusqu|del|hasta|dal|fino|tot"
        r"|van|od|do|till|från|til|fra|с|по|до)\b)"
    )


@cache
def _receipt() -> re.Pattern[str]:
    forms = unicodedata.normalize("NFKC", "|".join(_RECEIPTS))
    return re.compile(rf"\[(?:{forms})\]|(?:{forms})\s*(?:[:\[(#-]|$)")


def is_notice(subject: str) -> bool:
    """Whether a subject begins as a program's notice does: words that say that it answers by
    itself, then a colon or nothing. A person's reply to such a notice begins with its own “Re:”."""
    return _notice().match(plain(subject)) is not None


def answers_nothing(subject: str) -> bool:
    """Whether a subject is what programs make of a mail without one: words that say that they
    answer, and a colon with nothing behind it. Without the colon a person may ask about them."""
    return _notice().fullmatch(plain(subject)) is not None and plain(subject)[-1] in ":]"


def behind_form(subject: str) -> str:
    """What a subject has, in lower case, behind words about an absence, or about an automatic
    answer, and a colon; "" if it does not begin with any."""
    whole = plain(subject)
    found = _before().match(whole)
    return whole[found.end() :] if found is not None else ""


def names_answered(subject: str, answered: str) -> bool:
    """Whether a subject has the form of a notice before the subject of a reply (`answered`), which
    it answers. A person does not write “Out of office: Re: Grinder [#1]”, but may put words about
    an absence before our number."""
    return is_reply(answered) or (_OUR_NUMBER.search(answered) is not None and is_notice(subject))


def says_absence(subject: str) -> bool:
    """Whether a subject says that somebody is away. People write such subjects too."""
    whole = plain(subject)
    return (_notice().match(whole) or _away().match(whole)) is not None


def is_of_vacation(subject: str) -> bool:
    """Whether a subject is that of vacation(1), which has no other mark than Precedence: bulk."""
    return _OF_VACATION.match(plain(subject)) is not None


def is_of_receipt(subject: str) -> bool:
    """Whether a subject says, in the words of a help desk's program, that a mail has come in."""
    return _receipt().match(plain(subject)) is not None


def is_of_spam(subject: str) -> bool:
    """Whether a filter has written into a subject that it took the mail for spam."""
    return _SPAM.match(plain(subject)) is not None


def plain(subject: str) -> str:
    """A subject in the form of the patterns: full-width colons and hard spaces become plain ones,
    case does not count, and neither do the marks of gateways before it."""
    whole = unicodedata.normalize("NFKC", subject).casefold().strip()
    while found := _GATEWAY.match(whole):
        whole = whole[found.end() :]
    return whole
