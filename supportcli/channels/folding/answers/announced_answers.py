"""Who announces answers within or below an earlier mail: "See below", "My answers are in red".

There are too many wordings for a list of sentences, so word stems are searched for. A false match
only costs a fold; a missed one hides an answer. "Below" is enough. Otherwise a sentence has to
mention answers and where or how they are written, or answers of the sender's own."""

import re
from collections.abc import Iterable, Sequence

from supportcli.channels.folding.sentences import Stems, Vocabulary, alternatives
from supportcli.domain.text.spaced_words import is_latin, spaced_words

_LONGEST = 4_000

# Each at the beginning of a word.
_BELOW = r"""
    below beneath underneath further_down farther_down downwards scroll in-line inline
    interspersed interleaved at_the_bottom see_bottom at_the_end_of unten\b untenstehend
    nachstehend nachfolgend darunter drunter inline hierunter ci-dessous
    ci-après ci-apres plus_bas dessous en_bas infra\b abajo debajo más_adelante al_pie\b
    al_final_d a_continuación entre_líneas sotto\b in_fondo in_calce di_seguito qui_di_seguito
    abaixo em_baixo embaixo mais_adiante a_seguir\b no_fim_d avall zie_onder hieronder onderaan
    onderstaand beneden verderop eronder poniżej niżej na_dole pod_spodem ниже внизу снизу нижче
    знизу по-долу ispod niže dolje dole\b dolů níže nížie nižšie nižje spodaj vespod nedan\b
    nedanför nedanstående längst_ner längre_ner nederst nedenfor nedenunder nedenstående
    herunder længere_ned lenger_ned se_under\b alempana alla_olev katso_alla alapuolel alhaalla
    neðan fyrir_neðan aşağı altta\b altında alább lentebb lejjebb lásd_lent lent\b παρακάτω κάτω
    πιο_κάτω κατωτέρω mai_jos dedesubt zemāk žemiau allpool di_bawah bên_dưới phía_dưới למטה
    להלן בהמשך أدناه بالأسفل
    """
_BELOW_UNSPACED = r"""
    下記 以下 下に 下の 下を 下です 下方 下面 下文 如下
    下述 下段 下部 文末 末尾 インライン 아래 밑에 하단 ด้านล่าง
    """
_ANSWERS = r"""
    answer repl respon reaction\b comment remark note\b notes feedback fill complet typed
    wrote\b written wrote type\b mark highlight add\b added put\b antwort beantwort geantwort
    kommentar kommentier anmerk erwider reagier ausgefüllt eingetragen eingefügt ergänzt
    geschrieben markiert répon respuest respond contest coment resposta respost observac
    observaç rispo compila risponde preench rellen rempli complét anot annot écri antwoord
    geantwoord beantwoord opmerking reactie commentaar ingevuld geschreven odpowi odpis uwag
    komentarz uzupeł wypeł dopis ответ отвеч коммент замеч заполн впис напис відпов замітк
    заповн отговор попъл svar besvar ifyll fyllt udfyld utfyl skrev skriv vastau vastas vastaan
    kommentti täyt kirjoit svör odpov komentář komentár vyplni doplni dopsal napsal připomín
    odgovor popuni ispuni napom cevap yanıt yorum doldur yazdım válasz megjegyz kitölt írtam
    beírtam απαντ απάντ σχόλι συμπλήρ έγραψα răspun completat comentari vastus vasta\b atsak
    atbild jawab trả_lời תשוב תגוב إجاب комент poznám infos angab
    """
_ANSWERS_UNSPACED = r"""
    回答 返信 返事 返答 コメント 記入 書きました 書き込 答え 답변 답을 답장 답글 댓글
    회신 작성 적었 표시 回复 回覆 答复 答覆 回答 批注 注释 填写 填寫 标注 标出
    修改
    """
# Where answers are, or what they look like.
_WHERE = alternatives(
    r"""
    \w*text\b texte\b texto\b testo\b tekst текст szöveg metin κείμεν
    each\b jede[rn]?\b chaque cada ogni elke każd кажд кожн varje hver\b každ minden jokai
    bracket parenth klammer parenth parént parent haakjes nawias скобк дужк závork zárójel παρένθ
    yellow gelb jaune amarill giall amarel geel żółt жёлт желт жовт gul\b gult žlut sarı sárga
    next_to hinter_ behind_ après_cha modř синім
    (?:in|im|dans|en|nel|nella|no|na|w|в|у|i|v)_(?:\w+_)?(?:e-?)?(?:mail|mejl|message|nachricht)
    (?:en|nel|nella|no|na|w|в|у|i|v)_(?:\w+_)?(?:mensaje|correo|courriel|messaggio|mensagem|wiadomoś)
    (?:in|в|у|i|v)_(?:\w+_)?(?:bericht|письм|сообщ|повідомл|meddel|besked|zpráv|správ)
    in_red in_blue in_green in_bold in_caps in_capital in_upper in_italic in_purple in_pink
    in_orange in_colo red\b within between embedded under\b in_the_text in_the_body in_your_text
    in_the_mail in_the_email in_your_mail in_your_email into_your into_the after_each
    next_to_each marked beside underneath with_\*\* in_line each_question your_questions
    at_the_end capitals\b caps\b im_text in_rot rot\b rote in_blau blau in_grün grün fett\b
    fettgedr kursiv farbig großbuchst unter\b dahinter dazwischen zwischen in_ihre in_deine
    direkt_in direkt_unter jeweils in_der_mail im_mail in_der_e-mail lila dans_le_texte
    dans_votre dans_le_corps dans_le_mail en_rouge en_bleu en_vert en_gras en_italique en_majusc
    en_couleur sous\b entre_ en_violet en_el_texto en_rojo en_azul en_verde en_negrita en_cursiva
    en_mayúsc en_su_correo en_tu_correo bajo\b nel_testo in_rosso in_blu in_verde in_grassetto
    in_corsivo in_maiusc nella_mail nella_sua tra_le no_texto em_vermelho a_vermelho em_azul
    a_azul em_verde a_verde em_negrito a_negrito em_itálico em_maiúsc no_corpo no_seu entre_as
    sob\b in_de_tekst in_het_rood in_het_blauw in_het_groen rood\b blauw\b groen\b vet\b vetgedr
    cursief hoofdletters onder\b tussen_ in_uw_mail w_tekście na_czerwono na_niebiesko na_zielono
    pogrub kursyw wielkimi pod\b między_ kolorem w_treści под\b під\b в_тексте в_письме красн син
    зелен жирн курсив заглавн под\b между_ внутри цветом червоним жирним великими в_червено
    в_синьо у_тексті в_текста i_texten i_teksten i_rött i_blått i_grönt i_fet röd rött blått
    grönt fet\b fetstil kursiv versal rødt rød med_blå med_rød med_grøn i_rødt under_ punaisel
    sinisel vihreäl lihavoi kursiivi alle\b alla\b väliin tekstissä i_din_mail i_ditt_mail mellan
    mellem mellom versaler store_bogst v_textu červen modr zelen zeleně tučn kurzív pod\b mezi
    medzi crven plav crveno u_tekstu zelenom metin kırmızı mavi yeşil kalın italik altına
    arasına piros kék zöld félkövér dőlt alá\b közé szövegben nagybetű κόκκινο μπλε πράσινο
    έντον πλάγι κεφαλαί κάτω_από ανάμεσα στο_κείμενο με_κόκκιν cu_roșu cu_rosu cu_albastru
    cu_verde îngroșat în_text sub_ între_ punas sinis paks_kiri raudon sarkan merah biru tebal
    באדום בכחול מודגש
    """
)
_WHERE_UNSPACED = alternatives(
    r"""
    赤字 赤色 赤で 青字 青色 青で 緑 太字 本文 文中 文章中 質問の 質問ごと 빨간
    파란 초록 굵게 본문 질문 红色 紅色 蓝色 藍色 绿色 粗体 正文 文中 问题后 黄色
    """
)
# Enough alone: the colour of the text.
_LETTERS = r"""
    赤字 青字 太字 朱書き 红字 蓝字 빨간색 파란색 我的(?:批注|批註|答案|回答|回复|回覆|答复|答覆)
    """
_FILLED = r"""
    filled ausgefüllt eingetragen rellen complét rempli compilat preench ingevuld uzupełni
    wypełni заполн заповн ifyll udfyld utfyl vyplni doldur kitölt completat
    """
_FILLED_UNSPACED = r"""
    記入 填写 填寫 작성했
    """
_OWN = r"""
    (?:here|hier|voici|aquí|ecco|aqui|her|här|tady|zde|oto)\b[^.!?\n]{0,24}
    (?:вот|ось|tässä|itt|işte|ορίστε)\b[^.!?\n]{0,24}
    my_ our_ meine_ unsere_ mes_ nos_ mis_ nuestras_ le_mie_ i_miei_ minhas_ meus_ mijn_ onze_
    moje_ мои_ мої_ mina_ mine_
    """
_OWN_ANSWERS = r"""
    answers replies responses comments remarks antworten kommentare anmerkungen réponses
    commentaires remarques respuestas comentarios risposte commenti respostas comentários
    antwoorden opmerkingen odpowiedzi uwagi komentarze ответы комментарии відповіді svar
    kommentarer odpovědi komentáře odpovede vastaukset vastaukseni válaszok válaszaim cevaplar
    cevaplarım yanıtlarım απαντήσεις
    """
_ANNOUNCES = re.compile(
    rf"\b(?:{alternatives(_BELOW)}|{alternatives(_FILLED)}|"
    rf"{alternatives(_OWN)}{alternatives(_OWN_ANSWERS)}\b)"
)
_ANNOUNCES_UNSPACED = re.compile(alternatives(f"{_BELOW_UNSPACED} {_FILLED_UNSPACED} {_LETTERS}"))
_SEE_BELOW = re.compile(r"\.(?<=\b[sS]\.)(?:[uU]\.|[uU]\b|\s+[uU])")
_MAY_ANNOUNCE = Stems(_BELOW, _FILLED)
_MAY_BE_OWN = Stems(_OWN)
_END = 3
_ENDS_OF_OWN = frozenset(word[-_END:] for word in spaced_words(_OWN_ANSWERS).split())
_OF_ANSWERS_UNSPACED = re.compile(alternatives(_ANSWERS_UNSPACED))
_OF_ANSWERS = re.compile(rf"\b{alternatives(_ANSWERS)}|{_OF_ANSWERS_UNSPACED.pattern}")
_MAY_BE_UNSPACED = re.compile(
    "["
    + "".join(
        {
            one[0]
            for table in (_BELOW_UNSPACED, _FILLED_UNSPACED, _LETTERS, _ANSWERS_UNSPACED)
            for one in table.split()
        }
    )
    + "]"
)
"""The first letters of all that is searched for in scripts without spaces."""
_MAY_BE_ANSWERS = Stems(_ANSWERS)
_OF_PLACES = re.compile(rf"\b{_WHERE}|{_WHERE_UNSPACED}")
_SENTENCES = re.compile(r"[.!?…。！？\n]+\s*")
_BRACKETS = re.compile(r"\[([^\[\]\n]{2,60})\]")
_WORD = re.compile(r"[^\W\d_]+")


# What is enough to describe the answers below, if nothing else is said.
_LOOKS = alternatives(
    r"""
    in_(?:red|blue|green|bold|caps|capitals|italics?|purple|pink|orange|colou?r|yellow) in_gelb
    in_(?:rot|blau|grün|fett|kursiv|farbe|lila|großbuchstaben)
    (?:mit|in)_rote[rn]?_(?:schrift|farbe)
    en_(?:rouge|bleu|vert|gras|italique|couleur|majuscules|rojo|azul|verde|negrita|cursiva)
    en_mayúsculas in_(?:rosso|blu|verde|grassetto|corsivo|maiuscolo) (?:a|em)_(?:vermelho|azul)
    (?:a|em)_(?:verde|negrito|maiúsculas) in_(?:het_)?(?:rood|blauw|groen|vet) w_kolorze
    na_(?:czerwono|niebiesko|zielono) красным синим зел[её]ным жирным червоним
    i_(?:rött|blått|grönt)
    i_(?:rødt|blåt|fet) med_(?:rødt|blåt) punaisella sinisellä vihreällä červeně modře zeleně
    pirossal kékkel zölddel kırmızı_ile mavi_ile με_κόκκινο
    """
)
_MOST_WORDS_OF_LOOKS = 4
_ONLY_LOOKS = re.compile(rf"\W*{_LOOKS}\W*")
_POINTS = re.compile(
    r"(?:[?？]\s*(?:-{1,9}>|={1,9}>|>{2,9}|[→⇒➔])|(?:^|\s)(?:-{2,9}>|={2,9}>))\s*(?!https?:|"
    r"www\.)[^\W_]"
)
_ARROWS = ("->", "=>", ">>", "→", "⇒", "➔")
_MARKED_ONCE = re.compile(r"(?:> ?+)?+(?!>)")
_LONGEST_LINE = 2_000


def points_to_answer(lines: Sequence[str]) -> bool:
    """Whether an arrow within a quoted line points to words, as people write before their answers:
    "Which size? --> Ten". A line that had been quoted before does not count."""
    quote = "\n".join(lines)
    return any(arrow in quote for arrow in _ARROWS) and any(map(_points, lines))


def _points(line: str) -> bool:
    """Whether a line that was quoted once has such an arrow."""
    marks = _MARKED_ONCE.match(line)
    return marks is not None and _POINTS.search(line[marks.end() : _LONGEST_LINE]) is not None


def announces_answers(text: str) -> bool:
    """Whether a text says that answers are within the mail below it."""
    text = text[:_LONGEST]
    vocabulary = Vocabulary(spaced_words(text))
    unspaced = not is_latin(text) and _MAY_BE_UNSPACED.search(text) is not None
    if _announces(text, vocabulary, unspaced=unspaced):
        return True
    if len(vocabulary.words) <= _MOST_WORDS_OF_LOOKS and _ONLY_LOOKS.fullmatch(text.lower()):
        return True
    of_answers = _MAY_BE_ANSWERS.among(vocabulary)
    unspaced = unspaced and _OF_ANSWERS_UNSPACED.search(text.lower()) is not None
    if not of_answers and not unspaced:
        return False
    for one in _SENTENCES.split(text.lower()):
        folded = one.casefold()
        if (
            (unspaced or any(word in folded for word in of_answers))
            and _OF_ANSWERS.search(one)
            and _OF_PLACES.search(one)
        ):
            return True
    return False


def _announces(text: str, vocabulary: Vocabulary, *, unspaced: bool) -> bool:
    """Whether a text with these words says in one of the known ways that something is below."""
    may = _MAY_ANNOUNCE.among(vocabulary) or (
        _MAY_BE_OWN.among(vocabulary)
        and not _ENDS_OF_OWN.isdisjoint(word[-_END:] for word in vocabulary.words)
        and any(one in text.lower() for one in _OWN_ANSWERS.split())
    )
    return (
        (bool(may) and _ANNOUNCES.search(text.lower()) is not None)
        or _SEE_BELOW.search(text) is not None
        or (unspaced and _ANNOUNCES_UNSPACED.search(text.lower()) is not None)
    )


def answers_by_name(lines: Iterable[str], names: frozenset[str]) -> bool:
    """Whether somebody with these names, in lower case, marks answers with the name in brackets, as
    Outlook does ("[Mia Berg] Yes"), or with initials."""
    lines = [line for line in lines if "[" in line] if names else []
    if not lines:
        return False
    initials = sorted(name[0] for name in names)
    for line in lines:
        for found in _BRACKETS.finditer(line):
            words = [word.casefold() for word in _WORD.findall(found[1])]
            if words and (
                names.issuperset(words)
                or (len(initials) > 1 and [*map(sorted, words)] == [initials])
            ):
                return True
    return False
