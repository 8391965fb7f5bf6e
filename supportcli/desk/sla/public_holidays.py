"""Public holidays of countries and regions, from the library `holidays`. It is loaded only if
somebody asks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from supportcli.domain.text.words import folded, nearest
from supportcli.errors.sla import CalendarInvalid

_SMALL = {"and", "of", "the"}
_LIST = "See the codes with: supportcli calendar holidays --countries"


@dataclass(frozen=True, slots=True)
class Country:
    """A country whose holidays are known: its code (ISO 3166), its name, and the codes of regions
    that differ."""

    code: str
    name: str
    regions: tuple[str, ...]


def list_countries() -> list[Country]:
    """All countries whose public holidays are known, by name."""
    from holidays import list_supported_countries  # noqa: PLC0415

    regions = list_supported_countries(include_aliases=False)
    return sorted(
        (
            Country(codes[1], _name(module), tuple(regions[codes[1]]))
            for module, codes in _registry().items()
        ),
        key=lambda one: one.name,
    )


def place_of(country: str, region: str | None) -> tuple[str, str | None]:
    """The codes of a country and a region, typed as codes or names, in upper or lower case;
    CalendarInvalid if they are not known."""
    code = _code(country)
    return code, _region(code, region) if region is not None else None


def public_holidays(country: str, region: str | None, years: Iterable[int]) -> Mapping[date, str]:
    """The public holidays of these years by date, including substitute days (“observed”). Their
    names are in English if the library has them, independent of this machine's language."""
    from holidays import country_holidays  # noqa: PLC0415

    known = country_holidays(country)
    english = next(
        (language for language in known.supported_languages if language.startswith("en")),
        known.default_language,
    )
    found = country_holidays(country, subdiv=region, years=years, language=english)
    return dict(sorted(found.items()))


def _registry() -> Mapping[str, tuple[str, ...]]:
    """For each country its class, its codes and other names, by the name of its module."""
    from holidays.registry import COUNTRIES  # noqa: PLC0415

    return COUNTRIES


def _name(module: str) -> str:
    return " ".join(word if word in _SMALL else word.capitalize() for word in module.split("_"))


def _code(typed: str) -> str:
    names = {folded(_name(module)): module for module in _registry()}
    codes = {
        folded(word): codes[1]
        for module, codes in _registry().items()
        for word in (*codes[1:], _name(module))
    }
    wanted = folded(" ".join(typed.split()))
    if wanted in codes:
        return codes[wanted]
    near = names.get(nearest(wanted, names), "")
    raise CalendarInvalid(
        "country",
        typed,
        "is not a country whose holidays are known",
        f"Write it as in DE or Germany. {_LIST}",
        _name(near),
    )


def _region(country: str, typed: str) -> str:
    from holidays import country_holidays  # noqa: PLC0415

    known = country_holidays(country)
    words = {folded(code): code for code in known.subdivisions} | {
        folded(word): code for word, code in known.subdivisions_aliases.items()
    }
    wanted = folded(" ".join(typed.split()))
    if wanted in words:
        return words[wanted]
    there_are = (
        f"Use one of: {', '.join(known.subdivisions)}."
        if known.subdivisions
        else f"{country} has the same holidays everywhere."
    )
    raise CalendarInvalid(
        "region",
        typed,
        f"is not a region of {country}",
        there_are,
        words.get(nearest(wanted, words), ""),
    )
