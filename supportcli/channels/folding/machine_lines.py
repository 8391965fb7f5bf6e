"""Lines that machines put around a person's text: phones, mail programs, virus scanners, company
gateways.

There are too many wordings for a list of sentences, so word stems are searched for. A line that is
taken for one by mistake only costs a fold."""

import re

from supportcli.channels.folding.sentences import Literals, alternatives, caseless
from supportcli.channels.folding.signatures import added_by_program

_LONGEST = 400
_MOST_WORDS = 6
_MOST_WORDS_SENT = 16
_DEVICES = r"""
        i_?phon i_?pad айфон почт android 아이폰 outlook samsung galaxy huawei xiaomi redmi
        oppo pixel
        blackberry gmail yahoo gmx web\.de proton \bios\b windows thunderbird k-?9_?mail fairemail
        spark
        bluemail airmail aquamail mailbird mail\.ru t-online freenet aol_mail nokia xperia honor
        vivo
        motorola oneplus ipod tablet mobil móvil mobiel smart_?phone handy telefon
        téléphone telefoon puhelin 手机 手機 携帯 スマ 휴대
        """
_DEVICE = re.compile(alternatives(_DEVICES), re.IGNORECASE)
_SENT = re.compile(
    alternatives(
        r"""
        \bsent gesendet gesandt envoy enviad inviat verzonden verstuurd verstuur skick sendt
        lähete wysłan odeslán odesláno odoslan отправл надісл изпратен gönderil küld στάλθ στάλ
        hol_dir télécharge obten scarica baix download pobierz скача hämta hent stáhn indir get_
        descarg lataa 送信 보냄 보낸 发自 發自 发送 發送 傳送 trimis poslan послат saadet siųst
        sūtīt נשלח أُرسل
        مرسل dikirim
        gửi_từ bezieh herunterlad herunter_laden abrufen obteni obtene obtenga obtenha obter_
        ottieni hanki
        skaffa \bfå_ uzyskaj получи отримат získa edinin krijg ontvang beszerez dapatkan nabav
        入手 获取 取得 다운로드 가져오기 هبط احصل
        """
    ),
    re.IGNORECASE,
)
_SENT_FIRST_OR_LAST = re.compile(
    r"(?i)\W*+(?:this|diese|die|dieser?|ce|cet|este?|esta|questo|questa|dit|deze|det|denna?|"
    r"это|tämä|ta)?\s?"
    r"(?:e-?mails?|mail|message|nachricht|mensaje|correo|messaggio|bericht|meddelande|"
    r"wiadomość|сообщение)?\s?"
    rf"(?:{_SENT.pattern}|(?:was|wurde|a_été|fue|has_been)\s)|{_SENT.pattern}\w*\W*$"
)
_APOLOGIES = r"""
        excus pardon forgiv sorry entschuld verzeih disculp perdon scusa scusi desculp ursäkt
        beklag undskyld anteeksi przepr wybacz извин вибач
        """
_APOLOGY = re.compile(
    alternatives(_APOLOGIES)
    + r".{0,40}"
    + alternatives(
        r"""
        brev typo spell error mistake kürze tippfehler schreibfehler fautes brièveté errori erros
        korthet skrivfel slåfeil tastefejl lyhyy zwięzł błęd краткост опечат стисл
        """
    ),
    re.IGNORECASE,
)
_VIRUS = re.compile(
    r"vir[ue][sn]|vírus|wirus|вирус|вірус|ウイルス|病毒|바이러스|ιών|ιούς|فيروس", re.IGNORECASE
)
_SCANNER = re.compile(
    r"avast|\bavg\b|avira|eset\b|norton|mcafee|kaspersky|bitdefender|sophos|trend ?micro|"
    r"malware|anti-?vir"
    r"|scann|checked|geprüft|vérifi|analys|analiz|controllat|gecontroleerd|проверен|"
    r"перевірен|sprawdzon|kontroll|www\.",
    re.IGNORECASE,
)
_OUTSIDE = re.compile(
    r"\bextern|\boutside\b|außerhalb|ausserhalb|extérieur|fuera de|exterior|esterna|"
    r"\bfuori\b|\bbuiten\b|utanför|\buden for\b"
    r"|utenfor|ulkopuol|zewnątrz|zewnętrz|внешн|зовнішн|извне|externí|külső|dışarıdan|外部",
    re.IGNORECASE,
)
_SENDER = re.compile(
    r"e-?mail|\bmail\b|messag|nachricht|sender|absender|organi[sz]|company|firma|expéditeur|"
    r"courriel|mensaje|correo|remitente"
    r"|messaggio|mittente|mensagem|remetente|bericht|afzender|meddel|avsändar|viesti|lähett|"
    r"wiadomo|nadawc|письм|отправ|лист"
    r"|zpráv|üzenet|feladó|ileti|メール|邮件|郵件",
    re.IGNORECASE,
)
_BRACKETED = re.compile(
    (
        r"\W*(?:caution|warning|achtung|vorsicht|attention|atención|attenzione|let op|"
        r"obs)?\W*extern\w*\W*"
    ),
    re.IGNORECASE,
)
_GREEN = re.compile(
    r"environment|umwelt|environnement|medio ?ambiente|ambiente|\bmilieu|miljö|miljø|ympäristö"
    r"|środowisk|окружающ|природ|довкілл|životní|környezet|çevre|環境|环境",
    re.IGNORECASE,
)
_PRINTING = re.compile(
    (
        r"print|druck|imprim|stamp|afdruk|skriv(?:a|er)? ut|utskrift|udskriv|tulost|druk|wydruk|"
        r"печат|друк|tisk|nyomtat|yazdır|印刷|打印"
    ),
    re.IGNORECASE,
)
_IMAGE = re.compile(
    (
        r"[\[<(]?(?:cid:\S+|image\d*|bild|imagen?|immagine|imagem|afbeelding|obraz|изображение|"
        r"grafik|(?:\w+ )?logo)(?::[^\]\n]*|\.\w{3,4}\S*)?[\]>)]?"
    ),
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"\[hidden: [^\[\]\n]*\]")
_MAY_BE_DEVICE = Literals("|".join(_DEVICES.split()))
_MAY_APOLOGISE = Literals("|".join(_APOLOGIES.split()))
_MAY_BE_OF_VIRUS = Literals(_VIRUS.pattern)
_MAY_BE_OUTSIDE = Literals(_OUTSIDE.pattern)
_MAY_BE_GREEN = Literals(_GREEN.pattern)
_URL = re.compile(r"[<(\[]?https?://\S+")
_WORD = re.compile(r"[^\W\d_]{2,}")
_TOO_MANY_WORDS = re.compile(rf"(?s:(?>.*?[^\W\d_]{{2,}}+)){{{_MOST_WORDS_SENT + 1}}}")
_ASKS = ("?", "？")


def of_machine(line: str) -> bool:
    """Whether a line says, in any language, which device or program the mail was sent from, that it
    has no virus or comes from outside, that it should not be printed; or is the placeholder of an
    image or of hidden text."""
    if added_by_program(line) or _IMAGE.fullmatch(line) or _HIDDEN.fullmatch(line):
        return True
    if len(line) > _LONGEST or line.endswith(_ASKS):
        return False
    said = _URL.sub("", line) if "://" in line else line
    folded = caseless(said)
    return _of_phone(said, folded) or _warns(said, folded)


def _of_phone(said: str, folded: str | None) -> bool:
    """Whether a line says which device the mail was sent from, or apologises for the typing.
    `folded` is the line as `caseless` makes it."""
    apologises = _MAY_APOLOGISE.may_be_in(folded) and _APOLOGY.search(said) is not None
    if apologises and len(_WORD.findall(said)) <= _MOST_WORDS:
        return True
    if ":" in said or (not apologises and _TOO_MANY_WORDS.match(said)):
        return False
    if not _MAY_BE_DEVICE.may_be_in(folded) or _DEVICE.search(said) is None:
        return False
    words = len(_WORD.findall(_APOLOGY.sub("", said) if apologises else said))
    if words <= _MOST_WORDS:
        return _SENT.search(said) is not None
    of_mail = _SENDER.search(said) is not None or len(_DEVICE.findall(said)) > 1
    return of_mail and words <= _MOST_WORDS_SENT and _SENT_FIRST_OR_LAST.search(said) is not None


def _warns(said: str, folded: str | None) -> bool:
    """Whether a line warns of viruses, strangers or waste of paper."""
    return any(
        may.may_be_in(folded) and about.search(said) and says.search(said)
        for may, about, says in (
            (_MAY_BE_OF_VIRUS, _VIRUS, _SCANNER),
            (_MAY_BE_OUTSIDE, _OUTSIDE, _SENDER),
            (_MAY_BE_GREEN, _GREEN, _PRINTING),
        )
    ) or (_BRACKETED.fullmatch(said) is not None)
