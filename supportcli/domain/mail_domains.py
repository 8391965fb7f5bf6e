"""Whether a domain is the desk's own or a public provider's, and when two addresses are the
same."""

import re
import string
import unicodedata
from collections.abc import Iterable

_PROVIDERS = """
126.com 163.com aol.com arcor.de att.net bigpond.com bluewin.ch bol.com.br btinternet.com
charter.net comcast.net cox.net docomo.ne.jp
duck.com earthlink.net email.com email.cz ezweb.ne.jp fastmail.com fastmail.fm free.fr freenet.de
gmail.com gmx.at gmx.ch gmx.com gmx.de
gmx.net googlemail.com hey.com home.nl hotmail.co.uk hotmail.com hotmail.de hotmail.es hotmail.fr
hotmail.it icloud.com inbox.lv inbox.ru
interia.pl kpnmail.nl laposte.net libero.it list.ru live.co.uk live.com live.de live.fr live.nl
mac.com mail.com mail.de mail.ru mailbox.org
me.com msn.com naver.com ntlworld.com o2.pl onet.pl orange.fr outlook.com outlook.de outlook.es
outlook.fr outlook.jp pm.me posteo.de
proton.me protonmail.ch protonmail.com qq.com rambler.ru rediffmail.com rocketmail.com rogers.com
sapo.pt sbcglobal.net seznam.cz sfr.fr
shaw.ca sina.com sky.com softbank.ne.jp sympatico.ca t-online.de talktalk.net telenet.be
terra.com.br tiscali.it tuta.com tutanota.com
uol.com.br verizon.net virgilio.it virginmedia.com vodafone.it wanadoo.fr web.de wp.pl xs4all.nl
xtra.co.nz yahoo.ca yahoo.co.in yahoo.co.jp
yahoo.co.uk yahoo.com yahoo.com.au yahoo.com.br yahoo.de yahoo.es yahoo.fr yahoo.in yahoo.it
yandex.com yandex.ru ymail.com ziggo.nl
zoho.com
139.com abv.bg aliyun.com azet.sk bellsouth.net bk.ru centrum.cz chello.nl citromail.hu
club-internet.fr daum.net disroot.org foxmail.com
freemail.hu frontier.com hanmail.net hushmail.com i.ua internet.ru juno.com mailfence.com nate.com
netzero.net neuf.fr online.no optonline.net
optusnet.com.au pandora.be planet.nl post.cz riseup.net runbox.com scarlet.be skynet.be sohu.com
telia.com tin.it alice.it tuta.io
tutamail.com ukr.net volny.cz windstream.net yeah.net zohomail.com zohomail.eu
"""
_UNDER_A_COUNTRY = (
    "ac|asn|co|com|edu|go|gob|gouv|gov|govt|gv|id|ltd|me|mil|ne|net|nhs|nic|nom|or|org|plc|police"
    "|sch|school|web"
)
"""Labels below the domain of a country under which anybody has a domain, as in co.uk and com.au
(publicsuffix.org has them all, and they change). One too many only counts a domain by itself."""

_ORGANISATION = re.compile(rf"[^.]+\.(?:{_UNDER_A_COUNTRY})\.[^.]{{2}}$|[^.]+\.[^.]+$")
_SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_KELVIN = "\N{KELVIN SIGN}"
_PUBLIC = frozenset(_PROVIDERS.split())
_IN_EVERY_COUNTRY = re.compile(
    r"(?:yahoo|ymail|rocketmail|hotmail|outlook|live|msn|gmx|yandex|aol)\.[a-z]{2,3}(?:\.[a-z]{2})?"
)


def domain_of(address: str) -> str:
    """The part after the last @, in lower case; "" if there is none."""
    return lowered_domain(address.rpartition("@")[2]) if "@" in address else ""


def own_domains(mailboxes: Iterable[str]) -> frozenset[str]:
    """The domains of these addresses that belong to us alone: at a public provider's, everybody
    would be a colleague."""
    return frozenset(
        domain for address in mailboxes if (domain := domain_of(address)) and not is_public(domain)
    )


def is_public(domain: str) -> bool:
    """Whether everybody can have an address at this domain, in lower case."""
    return domain in _PUBLIC or _IN_EVERY_COUNTRY.fullmatch(domain) is not None


def organisational(domain: str) -> str:
    """The domain of the organisation that a domain, in lower case, belongs to, as far as that shows
    without the list of public suffixes: its last two labels, or three, as in desk.firm.co.uk."""
    if domain.startswith("["):
        return domain
    found = _ORGANISATION.search(domain)
    return found[0] if found is not None else domain


def lowered(address: str) -> str:
    """An address in lower case. In the local part only ASCII letters are lowered: the Kelvin sign
    would become k, and its mailbox is another one (RFC 6531, 3.3: only its own server knows what a
    local part means)."""
    if address.isascii():
        return address.lower()
    local, at, domain = address.rpartition("@")
    return local.translate(_SMALL) + at + lowered_domain(domain)


def lowered_domain(domain: str) -> str:
    """A domain in lower case; no character beyond ASCII becomes an ASCII one."""
    if domain.isascii():
        return domain.lower()
    return "".join(char if char == _KELVIN else char.lower() for char in domain)


def comparable(address: str) -> str:
    """An address in the form used for comparison: lower case, its domain in ASCII, so that both
    spellings of an international domain are equal."""
    if address.isascii():
        return address.lower()
    local, at, domain = lowered(address).rpartition("@")
    return local + at + ascii_domain(domain)


def ascii_domain(domain: str) -> str:
    """A domain in ASCII, each label as Punycode (RFC 5891). Not the standard library's codec
    `idna`: that follows RFC 3490 and turns faß.example into fass.example, which belongs to somebody
    else."""
    return ".".join(_ascii_label(label) for label in domain.split("."))


def _ascii_label(label: str) -> str:
    if label.isascii():
        return label
    return f"xn--{unicodedata.normalize('NFC', lowered_domain(label)).encode('punycode').decode()}"


def without_detail(address: str) -> str:
    """An address without its detail (RFC 5233): help@shop.test for help+orders@shop.test."""
    local, at, domain = address.rpartition("@")
    return local.partition("+")[0] + at + domain
