"""Which language a customer writes: a vote of the small words that every sentence needs. Pure. A
mistake costs no more than a greeting: if the language is unclear, the response's own is used."""

import re
from collections.abc import Iterable, Mapping

_SMALL_WORDS: Mapping[str, str] = {
    "en": (
        "the and is are was not you your have has with for this that what when where can please "
        "thanks hello my our they would there been"
    ),
    "de": (
        "der die das und ist sind nicht ich sie wir ein eine einen mit für auf dass habe haben "
        "bitte danke hallo guten mein meine wie noch aber"
    ),
    "fr": (
        "le les des est sont je vous nous une pas pour avec dans que qui bonjour merci mon ma "
        "votre mais cette suis avez"
    ),
    "es": (
        "el los las una es son yo usted nosotros no para con que hola gracias mi por pero esta "
        "este tengo buenos está cuando"
    ),
    "it": (
        "il gli una è sono non per con che ciao grazie buongiorno mio mia della nel ho avete ma "
        "questo vorrei potete"
    ),
    "nl": (
        "het een en is zijn niet ik u wij voor met dat hallo bedankt mijn maar deze heb hebben "
        "kunt graag van dank"
    ),
    "pt": (
        "os uma é são eu você nós não para com que olá obrigado obrigada meu minha mas esta este "
        "tenho por bom dia quando"
    ),
    "pl": (
        "nie jest się na do że proszę dziękuję dzień dobry mój moja ale czy jak mam dla jestem od"
    ),
    "sv": "och är inte jag du ni vi ett för med att hej tack min men har det kan som på",
}
_SCRIPTS: tuple[tuple[str, str, int], ...] = (
    ("ja", r"[\u3040-\u30ff]", 20),
    ("ko", r"[\uac00-\ud7af]", 5),
    ("zh", r"[\u4e00-\u9fff]", 5),
    ("uk", r"[іїєґ]", 25),
    ("ru", r"[\u0400-\u04ff]", 5),
    ("el", r"[\u0370-\u03ff]", 5),
)
"""Letters that identify a language by themselves, the most specific first (Japanese has Chinese
ones too), and the least share of them: one in so many letters."""

KNOWN = (*_SMALL_WORDS, *(language for language, _, _ in _SCRIPTS))
"""The languages that can be recognised, so those for which a variant makes sense."""

_ENOUGH = 3
_MOST = 4_000
_WORDS = {language: frozenset(words.split()) for language, words in _SMALL_WORDS.items()}


def language_of(texts: Iterable[str]) -> str | None:
    """The language of these texts (what a customer wrote, newest first), or None if it is unclear:
    the one with the most small words, at least three and more than any other language's."""
    text = "\n".join(texts)[:_MOST].lower()
    letters = sum(map(str.isalpha, text))
    for language, signs, share in _SCRIPTS:
        if len(re.findall(signs, text)) * share > letters > 0:
            return language
    words = re.findall(r"[^\W\d_]+", text)
    votes = sorted(
        ((sum(word in small for word in words), language) for language, small in _WORDS.items()),
        reverse=True,
    )
    (most, language), (second, _) = votes[:2]
    return language if most >= _ENOUGH and most > second else None


def is_small(word: str) -> bool:
    """Whether a word (in lower case) is one that every sentence of some language needs."""
    return any(word in small for small in _WORDS.values())
