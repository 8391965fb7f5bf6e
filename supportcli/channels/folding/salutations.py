"""What people write around a message: how they greet, take leave and sign, and what phones add.

If nothing else is outside an earlier mail, the answer is inside it. Something that is taken for a
salutation by mistake only costs a fold, so an unknown form may count as one, too: a few words that
end with a comma or a dash."""

import re
import unicodedata
from collections.abc import Sequence

from supportcli.channels.folding.machine_lines import of_machine
from supportcli.channels.folding.original_message import original_mark
from supportcli.channels.folding.sentences import alternatives, plain_line
from supportcli.channels.folding.signatures import drawn, signs, wishes
from supportcli.channels.headers.answered_mail import Answered

_LONGEST = 60
_MOST_WORDS = 6
_MOST_WORDS_CALLING = 4
_MOST_WORDS_NAMING = 3
_MOST_LINES = 40
_ENDS_OF_SENTENCES = (".", "!", "?", ":", "…", "。", "！", "？", "：")
_CALLS = (",", "，", "、", "-", "\u2013", "\u2014")

_GREETINGS = alternatives(
    r"""
    hi hello hey dear to_whom good_(?:morning|day|afternoon|evening) greetings hallo moin servus
    guten_(?:morgen|tag|abend) grü(?:ß|ss|e)\w*_?(?:gott|dich|sie)? gruezi n.?abend tach hoi
    liebe[rs]? sehr_(?:ge|ver)ehrte[rs]? geehrte[rs]? werte[rs]? bonjour bonsoir salut coucou
    chère?s? cher madame monsieur mesdames messieurs hola buen[oa]s?_?(?:días?|tardes|noches)?
    estimad[oa]s? querid[oa]s? muy_señor\w* señor\w* olá oi bom_dia boa_(?:tarde|noite)
    prezad[oa]s? car[oaie] caros caras ciao buongiorno buon_giorno buonasera
    buona_(?:sera|giornata) salve gentil\w+ egregi\w spett\.?(?:le|\.le)? beste geachte
    goede(?:n?morgen|n?middag|n?avond|ndag) goeie\w* dag hej hejsan hejsa tjena
    god_(?:dag|morgon|morgen|kväll) godmorgen goddag bästa kære kjære hei hyvää? moi terve
    arvoisa cześć dzień_dobry witam witaj szanown\w+ drog[ia] pani\w* здравствуйте здравствуй
    добрый_(?:день|вечер) доброе_утро привет приветствую уважаем\w+ дорог\w+ доброго_дня
    добрий_день добридень добър_ден здравейте вітаю привіт шановн\w+ ahoj
    dobr[ýé]_(?:den|deň|ráno|večer) zdravím čau vážen\w+ mil[ýáí] merhaba selam sayın sevgili
    iyi_günler günaydın tisztelt kedves szia sziasztok helló üdv\w* jó_napot γεια καλημέρα
    καλησπέρα αγαπητ\w+ αξιότιμ\w+ χαίρετε bună bun[ăa]_(?:ziua|seara) stimat\w+ dragă tere
    labas sveiki labdien dobar_dan poštovan\w+ bok pozdravljeni živjo xin_chào kính_gửi halo
    selamat_\w+ שלום היי הי אהלן مرحبا أهلا السلام hullo hiya morning afternoon evening g.?day
    schönen? gude
    moinsen kära chers merhabalar jó_\w+ доброго добр\w+ go.?_?dag godaften nazdar kolay_gelsin
    dobr[éý]\w* labas góðan sæl[l]? sveik\w+
    """
)
_TITLE = re.compile(
    (
        r"\b(sra?|srta|dra?|mrs?|ms|prof|ing|lic|sig|dott|avv|mme|mlle|fr|hr|dña|dhr|mevr|mw|pí|"
        r"inż|gosp|г)\."
    ),
    re.IGNORECASE,
)
_GREETED = r"[^.?!:;,\d]{0,40}"
# Greetings with who is greeted, up to a mark or the next greeting. Each matches in one way only: a
# line of "hi - hi - hi" has billions of others.
_GREETING = re.compile(
    rf"(?i)(?:\W*+{_GREETINGS}(?!\w)"
    rf"(?>{_GREETED}(?=[\s\u2013\u2014-]*+(?:[.?!:;,\d]|\Z))|{_GREETED}?(?=\b{_GREETINGS}(?!\w)))"
    r"[.!,:;\s\u2013\u2014-]*+)+"
)
_GREETING_UNSPACED = re.compile(
    r".{0,20}(?:世話にな|世話さま|こんにち[はわ]|こんばんは|おはよう|はじめまして|拝啓|前略|様|さん|さま|御中|各位|担当者"
    r"|您好|你好|尊敬的|亲爱的|안녕하세요|안녕하십니까|님|귀하)"
    r"[^。？?！!\d]{0,12}[。、，,！!]?(?:.{1,12}(?:です|と申します|입니다)[。.]?)?"
)
_CLOSINGS = alternatives(
    r"""
    (?:best|kind|warm|kindest|with)\b.{0,12}(?:regards|wishes) regards rgds sincerely yours
    cheers best mfg lg vg bg mit_.{0,14}gr(?:ü|u|ue)(?:ß|ss)\w*
    (?:viele|liebe|beste|herzliche|schöne|freundliche|sonnige|vlg)_gr(?:ü|u|ue)(?:ß|ss)\w*
    gr(?:ü|u|ue)(?:ß|ss)e?n? hochachtungsvoll (?:bien_)?cordialement bien_à amicalement
    salutations sincères veuillez_agréer (?:un_|muchos_)?(?:cordial_)?saludos? atentamente
    atenciosamente (?:com_os_)?(?:melhores_)?cumprimentos abraços? att
    (?:cordiali|distinti|tanti)?_?saluti cordialmente
    (?:met_)?(?:vriendelijke|hartelijke|beste)?_?groet\w* mvg mvh vh
    (?:med_)?(?:vänlig|venlig|vennlig|bästa|bedste|beste)\w*.{0,4}_(?:häls|hils|hels)\w*
    hälsning\w* hilsen hilsner ystävälli\w+ terveisin z_poważaniem (?:serdecznie_)?pozdr\w+
    (?:se?|so)_(?:srdečn\w+_|přátelsk\w+_)?pozdrav\w* se?_úct\w+ s_úctou pozdrav\w* lep_pozdrav
    srdač\w+ saygı\w* sevgi\w* selamlar iyi_(?:günler|çalışmalar) teşekkürler_ve üdvözlet\w*
    tisztelettel με_.{0,14}(?:εκτίμηση|χαιρετισμ\w+) φιλικά з_повагою с_уважением
    с_(?:наилучшими|найкращими).{0,14} з_найкращими.{0,14} поздрави с_уважение
    cu_(?:stimă|respect|drag) lugupidamisega pagarbiai ar_cieņu בברכה مع_.{0,10}تحي\w*
    salam_hormat hormat_kami trân_trọng .{0,14}(?:hilsn|hels|hälsn|pozdrav|üdvöz|köszön|szacun)\w*
    .{0,14}(?:побажан|пожелан|привет|вітан)\w* щиро всего_\w+ hezk\w+ pěkn\w+ s_přáním kh
    .{0,8}förhand .{0,8}forhånd abbracci a_presto un_saluto sinc[eè]r\w+ saygılar à_bientôt
    hasta_\w+ até_\w+ bis_\w+ see_you tot_\w+ do_(?:widzenia|usłyszenia) на_все\w* ha_det bra
    """
)
_CLOSING = re.compile(rf"(?i)\W*{_CLOSINGS}(?!\w).{{0,24}}")
_CLOSING_UNSPACED = re.compile(
    r"(?:此致|敬礼|敬禮|祝好|顺祝|よろしくお願い.{0,8}|宜しくお願い.{0,8}|敬具|草々|以上|.{1,10}(?:드림|올림|拝))[。.!！]?"
)
_THANKS = re.compile(r"(?i)\W*(?:thanks?|thank you|many|yours?|so|very|much|a lot|\W)+")
# What is an answer although it is no letter.
_SPEAKING = frozenset("👍👎👌✅✔✓☑❌✗✘🆗💯❤🙏👏+=<>$€£")
_WORD = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")


def greets(line: str) -> bool:
    """Whether a line only greets somebody."""
    if len(line) > _LONGEST or _DIGIT.search(line) or len(_WORD.findall(line)) > _MOST_WORDS + 2:
        return False
    said = _TITLE.sub(r"\1", line)
    if _GREETING.fullmatch(said) or _GREETING_UNSPACED.fullmatch(said.strip()):
        return True
    greeting, comma, who = said.partition(",")
    return bool(comma) and _GREETING.fullmatch(greeting) is not None and _calls_by_name(who)


def _calls_by_name(who: str) -> bool:
    """Whether words are only a name, as after the comma of a greeting."""
    words = _WORD.findall(who)
    named = all(word[0].isupper() or word[0].lower() == word[0].upper() for word in words)
    return (
        0 < len(words) <= _MOST_WORDS_NAMING
        and named
        and not (_THANKS.fullmatch(who) or who.endswith("?"))
    )


def says_nothing(lines: Sequence[str], answered: Answered) -> bool:
    """Whether lines only greet, take leave and sign, or have no letters at all."""
    plain_lines = [line for line in map(plain_line, lines) if line]
    if len(plain_lines) > _MOST_LINES or _speaks(max(plain_lines, key=len, default=""), answered):
        return False
    leaving = signing = False
    for line in plain_lines:
        if _closes(line) and not answered.bare_reply:
            leaving = True
        elif _names(line, answered):
            signing = not answered.bare_reply
        elif not (
            _is_around(line) or (leaving and _is_below_name(line)) or (signing and signs(line))
        ):
            return False
    return True


def _speaks(line: str, answered: Answered) -> bool:
    """Whether a line says something wherever it stands. It is asked of the longest, which nearly
    always does; a short one has to be seen among the others."""
    return len(line) > _LONGEST and not (_names(line, answered) or _is_around(line) or signs(line))


def _is_below_name(line: str) -> bool:
    """Whether a line below a closing may belong to a signature: a sentence belongs to a
    postscript."""
    return len(line) <= _LONGEST and not line.endswith(_ENDS_OF_SENTENCES)


def _is_around(line: str) -> bool:
    """Whether a line is mute, greets somebody, or was put there by a machine, such as the mark of
    an earlier mail, which BlackBerry writes without hyphens."""
    around = _is_mute(line) or greets(line) or _calls(line) or of_machine(line)
    return around or (len(line) <= _LONGEST and original_mark(f"--{line}--"))


def _is_mute(line: str) -> bool:
    """Whether a line has only punctuation and invisible characters, or is the end of an unknown
    attribution."""
    if drawn(line) or (
        all(unicodedata.category(sign)[0] in "PZCMS" for sign in line)
        and _SPEAKING.isdisjoint(line)
    ):
        return True
    return "@" in line and line.endswith((":", "："))


def _closes(line: str) -> bool:
    """Whether a line takes leave. Thanks alone are an answer."""
    if len(line) > _LONGEST or _DIGIT.search(line) or _THANKS.fullmatch(line):
        return False
    if line.endswith(("?", "？")):
        return False
    return wishes(line) or bool(_CLOSING.fullmatch(line) or _CLOSING_UNSPACED.fullmatch(line))


def _calls(line: str) -> bool:
    """Whether a line may address somebody in an unlisted form."""
    few = len(line) <= _LONGEST and len(_WORD.findall(line)) <= _MOST_WORDS_CALLING
    return few and line.endswith(_CALLS) and not _DIGIT.search(line)


def _names(line: str, answered: Answered) -> bool:
    """Whether a line only names the author or the recipient."""
    known = answered.own_names.union(*answered.names)
    named = False
    for word in _WORD.finditer(line):
        named = word[0].casefold() in known
        if not named:
            break
    return named and not _DIGIT.search(line)
