"""The author of an earlier mail, as attributions name them: a name, an address, or both; never a
part of a sentence."""

import re
from collections.abc import Sequence

from supportcli.channels.folding.datelines import names_day, of_dateline, table

_MOST_WORDS = 12
_MOST_WORDS_UNADDRESSED = 5
_MOST_WORDS_TIMED = 10
"""The most words of a company without an address, beside day and time."""
_IN_NAMES = table(
    "via von van de der den da do dos das du del di la le zu zur af av el al bin ben ter ten "
    "te y e und and пользователь odesílatel użytkownik"
    " ο/η ο χρήστης"
)
# People who are not named; in lower case these words are in no name.
_PRONOUNS = table(
    """
    i i'm i've we ich wir je j'ai nous yo nosotros io noi eu nós ik wij jag vi jeg ja my я мы he she
    it they him them er sie es ihr il elle
    on él ella lui lei ele ela hij zij han hon он она они
    """
)
# Placeholders for somebody who is not named; beside an address they may be a name.
_ANYBODY = table(
    "somebody someone nobody everybody everyone who which that this jemand niemand quelqu'un "
    "alguien qualcuno iemand någon ktoś кто-то"
)
# Words of sentences, in lower case; no name has them in any language.
_IN_SENTENCES = table(
    """
    you me us your our his her their is are was were will would can could be been have has had do
    did does not or but what when where there
    here because if so please these those a an to for with my mich mir uns mein meine meinem meiner
    ihre ihrem ihrer unser unsere dein war
    ist sind wird kann habe hat haben nicht oder aber dass weil wenn das ein eine einen einem bitte
    an zum bei mit nach und für auf im um
    vous me mon ma mes notre votre est suis était sera pas ou mais que qui si une un ce cette pour
    avec chez et usted mi mis su está es era
    fue no o pero un una para con por que mio mia sono non ma che un una per con meu minha foi não
    mas um uma para com u mij mijn ons is was
    ben heb niet maar dat als een voor met pan pani mnie mój jest był nie lub ale że dla вы мне мой
    есть был не и или но что для du mig min
    är var inte och eller men att för med
    """
) - {"e", "y", "do", "da", "und"}
# Words that may be in the name of a company or a team, beside an address.
_IN_FIRMS = table(
    "a an to for with bei mit für im um et pour chez para con por per com voor met dla для för med"
)
_IN_QUOTATION = re.compile(r"\"[^\"<>@:?]{1,80}\"")
_MYSELF = frozenset({"I", "I'm", "I've"})
_IN_BRACKETS = re.compile(r"\(?<[^<>\s@]*+@[^<>\s]*+>\)?,?$")
_BARE = re.compile(r"[^\s<>@\"';,]{1,80}@[^\s<>@\"';,]{2,80}$")
_ADDRESSES = re.compile(r"[^\s<>@\"';,()]{1,80}@[^\s<>@\"';,()]{2,80}")
_NO_NAME = re.compile(r"[?!;:：。<>@]")


def ends_in_brackets(who: str) -> bool:
    """Whether words end with an address in brackets."""
    return who.endswith((">", ">)", ">,", ">),")) and _IN_BRACKETS.search(who) is not None


def has_address(who: str) -> bool:
    """Whether words end with an address."""
    return "@" in who and (ends_in_brackets(who) or _BARE.search(who) is not None)


def is_somebody(who: str, *, dated: bool, timed: bool = False) -> bool:
    """Whether words name somebody and nothing else. Beside a day (`dated`) and a time (`timed`)
    this is less strict."""
    addressed = has_address(who)
    # A help desk often has its address as its name, too.
    name = (_ADDRESSES.sub("", _IN_BRACKETS.sub("", who)) if addressed else who).strip(
        " ,\"'*-()<>"
    )
    if not name:
        return addressed
    if name.lower() == "you":
        return timed
    words = [word.strip("\"'()[],") for word in name.split()]
    if addressed and dated and _IN_QUOTATION.fullmatch(_IN_BRACKETS.sub("", who).strip()):
        return True
    most_words, most_commas = (
        (_MOST_WORDS, 2)
        if addressed
        else (_MOST_WORDS_TIMED, 1)
        if timed
        else (_MOST_WORDS_UNADDRESSED, 0)
    )
    if (
        len(words) > most_words
        or _NO_NAME.search(name)
        or name.count(",") > most_commas
        or names_day(name)
    ):
        return False
    if speaks(
        [word for word in words if word not in _IN_FIRMS]
        if addressed and not words[0][:1].islower()
        else words
    ):
        return False
    if addressed:
        return dated or not (any(word[:1].isdigit() for word in words) or of_dateline(words[0]))
    said = [word for word in words if word not in _IN_NAMES]
    if any(word.lower() in _PRONOUNS for word in said):
        return False
    return (len(said) == 1 and said[0].lower() not in _ANYBODY) or not any(
        word[:1].islower() for word in said
    )


def speaks(words: Sequence[str]) -> bool:
    """Whether words are from a sentence."""
    return any(word in _IN_SENTENCES or word in _PRONOUNS or word in _MYSELF for word in words)
