"""Subjects of vacation notices, in the languages of the programs that write them."""

import re
import unicodedata
from functools import cache

# What Exchange, Outlook, iCloud, Notes and older programs put before the subject they answer;
# lower case, as NFKC has it.
_FORMS = (
    r"auto(?:mat(?:ic|ed))?[- ]?(?:reply|response|answer)",
    (
        r"out[- ]of[- ](?:the[- ])?office(?: (?:auto(?:matic)?[- ]?)?(?:reply|response|message|"
        r"notification))?"
    ),
    (
        r"(?:vacation|holiday|absence) (?:(?:auto(?:matic)?[- ]?)?(?:reply|response)|message|"
        r"notice|notification)"
    ),
    (
        r"automatische (?:antwort|abwesenheits\w+)|abwesenheits(?:notiz|nachricht|meldung|"
        r"assistent)|automatisch(?:e|es)? (?:antwoord|afwezigheid\w*)"
    ),
    r"afwezigheids(?:bericht|melding|assistent)|niet aanwezig",
    (
        r"r[ée]ponse automatique(?: d.absence)?(?: du bureau)?|absen(?:ce|t\(?e?\)?) du bureau|"
        r"message d.absence"
    ),
    (
        r"respuesta autom[áa]tica|fuera de (?:la )?oficina|resposta autom[áaà]tica|fora do "
        r"escrit[óo]rio|ausência tempor[áa]ria"
    ),
    r"risposta automatica|fuori (?:ufficio|sede)|erantzun automatikoa|r[ăa]spuns automat",
    (
        r"auto(?:matiske?t? )?svar|fr[åa]nvaro(?:meddelande)?|frav[æe]r(?:sbesked|smelding)?|"
        r"sj[áa]lfvirkt svar"
    ),
    (
        r"automaattinen vastaus|poissaoloilmoitus|automaatvastus|autom[āa]tisk[āa] atbilde|"
        r"automatinis atsakymas"
    ),
    (
        r"automatyczna odpowied[źz]|odpowied[źz] automatyczna|poza biurem|automatick[áa] "
        r"odpov[ěe][ďd]|automatikus v[áa]lasz"
    ),
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
    r"自动(?:答复|回复|应答)|自動(?:回覆|答覆|回應|応答|返信)|不在(?:通知|応答)|休暇通知|外出(?:回覆|答覆)",
    r"자동 ?(?:회신|응답|답장)|부재(?: ?중)?(?: 알림)?",
)
_FORM = unicodedata.normalize("NFKC", "|".join(_FORMS))
_OF_VACATION = re.compile(r"away from my mail$")


@cache
def _notice() -> re.Pattern[str]:
    """A form, followed by a colon or nothing. (Compiled on first use: it takes longer than reading
    most mailboxes' news.)"""
    return re.compile(rf"\[(?:{_FORM})\]|(?:{_FORM})\s*(?::|$)")


@cache
def _away() -> re.Pattern[str]:
    return re.compile(
        rf"(?:{_FORM}|out of (?:the )?office|away from (?:my|the) (?:mail|office|desk)|"
        r"vacation|abwesend|poissa)(?!\w)"
        r"|.{1,80}\b(?:is (?:currently )?(?:out of (?:the )?office|on (?:vacation|holiday|"
        r"leave))|ist (?:ausser haus|abwesend|im urlaub))\b"
    )


def is_notice(subject: str) -> bool:
    """Whether a subject has the form of a program's notice: known words, and after a colon the
    subject that it answers. A person's reply to such a notice begins with its own “Re:”."""
    return _notice().match(_plain(subject)) is not None


def says_absence(subject: str) -> bool:
    """Whether a subject says that somebody is away. People write such subjects too."""
    plain = _plain(subject)
    return (_notice().match(plain) or _away().match(plain)) is not None


def is_of_vacation(subject: str) -> bool:
    """Whether a subject is that of vacation(1), which has no other mark than Precedence: bulk."""
    return _OF_VACATION.match(_plain(subject)) is not None


def _plain(subject: str) -> str:
    """A subject in the form of the patterns: full-width colons and hard spaces become plain ones,
    case does not count."""
    return unicodedata.normalize("NFKC", subject).casefold().strip()
