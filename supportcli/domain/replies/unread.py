"""Addresses behind which nobody reads, so that an automatic answer reaches a program or nobody."""

import re
import unicodedata

_NO_ANSWER = (
    "no reply|do not reply|dont reply|no response|no responder|no responda|no respondas|"
    "no responde|no contestar|no conteste|no respongueu|"
    "nao responder|nao responda|nao responde|"
    "ne pas repondre|pas de reponse|sans reponse|"
    "non rispondere|no rispondere|non risponde|senza risposta|"
    "nicht antworten|nicht beantworten|keine antwort|"
    "niet beantwoorden|niet antwoorden|niet reageren|geen antwoord|geen reactie|"
    "inte svara|svara inte|svara ej|ej svar|ikke svar|svar ikke|ikke svare|ikke besvar|"
    "ala vastaa|ei vastausta|ei vastata|ara vasta|mitte vastata|"
    "nie odpowiadaj|nie odpowiadac|prosze nie odpowiadac|"
    "neodpovidat|neodpovidejte|neodpovedat|neodpovedajte|ne odgovaraj|ne odgovarajte|ne odgovarjaj|"
    "ne odgovarjajte|ne valaszolj|ne valaszoljon|nu raspunde|nu raspundeti|"
    "yanitlamayin|yanitlamayiniz|yanitlama|cevaplamayin|cevaplama|"
    "ne otvechat|ne otvechay|ne otvechaj|ne otvechayte|ne otvechajte|ne otvechaite|"
    "ne vidpovidaty|ne otgovaryay|ne otgovaryayte|mi apantate|min apantate|"
    "neatsakyti|neatbildet|jangan balas|khong tra loi"
)
"""“Do not answer” in the languages of Europe and some others, without marks."""

_SILENT = _NO_ANSWER.replace("do not", "do[-_.]?not").replace(" ", "[-_.]?")

_ROBOT = re.compile(
    r"(?:owner-.*|.*-(?:owner|request|errors|return)|root|daemon|nobody|abuse|bot|robot|"
    r"crond?|anacron|cron-?daemon|www-data|logwatch|"
    rf"(?:.*[-_.+=])?(?:mailer-?daemon|postmaster|{_SILENT}|bounces?|bounced|"
    r"listserv|majordomo|mailman|auto-?(?:reply|answer|respond(?:er)?|mail(?:er)?|confirm)|"
    r"notifications?|news(?:letters?)?|announcements?|mailings?|alerts?)(?:[-_.+=].*)?)",
    re.IGNORECASE,
)
"""Local parts of addresses behind which nobody reads: those of RFC 2142 and RFC 5230, and what
programs use."""

_SILENT_HOST = re.compile(rf"(?:.*-)?(?:{_SILENT}|bounces?|mailer-?daemon)(?:-.*)?", re.IGNORECASE)


def nobody_reads(address: str) -> bool:
    """Whether the local part of an address, or a host below its domain, is one of a program.
    (bounce.test itself may be a firm's.)"""
    local, _, domain = _plain(address).rpartition("@")
    hosts = domain.split(".")[:-2]
    return _ROBOT.fullmatch(local) is not None or any(map(_SILENT_HOST.fullmatch, hosts))


def _plain(address: str) -> str:
    """An address without marks on its letters, and with the i of Turkish as programs write it."""
    parts = unicodedata.normalize("NFKD", address.replace("ı", "i"))
    return "".join(char for char in parts if not unicodedata.combining(char))
