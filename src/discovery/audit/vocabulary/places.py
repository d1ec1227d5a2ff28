"""Names of one thing: towns under an old name and a new one, or in two languages, countries by names and codes, and
makes of cars by their short names."""

from __future__ import annotations

from collections.abc import Collection

from ..semantics.lists import COUNTRIES, COUNTRY_CODES
from .names import named

__all__ = ["countries", "one_place"]

PLACES: tuple[frozenset[str], ...] = (
    frozenset({"usa", "us", "united states", "united states of america", "u s a", "america"}),
    frozenset({"uk", "united kingdom", "great britain", "gb", "u k"}),
    frozenset({"uae", "united arab emirates"}),
    frozenset({"south korea", "republic of korea", "korea republic of"}),
    frozenset({"russia", "russian federation"}),
    frozenset({"czech republic", "czechia"}),
    frozenset({"netherlands", "the netherlands", "holland"}),
    frozenset({"nyc", "new york city"}),
    frozenset({"bombay", "mumbai"}),
    frozenset({"bangalore", "bengaluru"}),
    frozenset({"calcutta", "kolkata"}),
    frozenset({"madras", "chennai"}),
    frozenset({"poona", "pune"}),
    frozenset({"baroda", "vadodara"}),
    frozenset({"trivandrum", "thiruvananthapuram"}),
    frozenset({"cochin", "kochi"}),
    frozenset({"mysore", "mysuru"}),
    frozenset({"gurgaon", "gurugram"}),
    frozenset({"pondicherry", "puducherry"}),
    frozenset({"allahabad", "prayagraj"}),
    frozenset({"peking", "beijing"}),
    frozenset({"saigon", "ho chi minh city", "ho chi minh"}),
    frozenset({"leningrad", "petrograd", "st petersburg", "saint petersburg"}),
    frozenset({"stalingrad", "volgograd"}),
    frozenset({"kiev", "kyiv"}),
    frozenset({"kharkov", "kharkiv"}),
    frozenset({"lvov", "lviv"}),
    frozenset({"rangoon", "yangon"}),
    frozenset({"constantinople", "istanbul"}),
    frozenset({"dacca", "dhaka"}),
)
"""Names of one place, also those that it had before."""

EXONYMS: tuple[frozenset[str], ...] = (
    frozenset({"munich", "munchen", "muenchen"}),
    frozenset({"cologne", "koln", "koeln"}),
    frozenset({"nuremberg", "nurnberg", "nuernberg"}),
    frozenset({"hanover", "hannover"}),
    frozenset({"vienna", "wien", "vienne"}),
    frozenset({"zurich", "zuerich"}),
    frozenset({"geneva", "geneve", "genf"}),
    frozenset({"prague", "praha", "prag"}),
    frozenset({"warsaw", "warszawa", "warschau", "varsovie"}),
    frozenset({"cracow", "krakow", "krakau"}),
    frozenset({"copenhagen", "kobenhavn", "kopenhagen", "københavn"}),
    frozenset({"gothenburg", "goteborg"}),
    frozenset({"brussels", "bruxelles", "brussel"}),
    frozenset({"antwerp", "antwerpen", "anvers"}),
    frozenset({"the hague", "den haag"}),
    frozenset({"rome", "roma", "rom"}),
    frozenset({"milan", "milano", "mailand"}),
    frozenset({"turin", "torino"}),
    frozenset({"florence", "firenze", "florenz"}),
    frozenset({"venice", "venezia", "venedig"}),
    frozenset({"naples", "napoli", "neapel"}),
    frozenset({"genoa", "genova", "genua"}),
    frozenset({"lisbon", "lisboa", "lissabon"}),
    frozenset({"seville", "sevilla"}),
    frozenset({"moscow", "moskva", "moskau"}),
    frozenset({"bucharest", "bucuresti", "bukarest"}),
    frozenset({"belgrade", "beograd", "belgrad"}),
    frozenset({"bavaria", "bayern"}),
    frozenset({"saxony", "sachsen"}),
    frozenset({"lower saxony", "niedersachsen"}),
    frozenset({"hesse", "hessen"}),
    frozenset({"thuringia", "thuringen", "thueringen"}),
    frozenset({"rhineland palatinate", "rheinland pfalz"}),
    frozenset({"north rhine westphalia", "nordrhein westfalen", "nrw"}),
)
"""Names of one place in two languages; there are other places of these names (Rome in Georgia, Roma in Texas)."""

MAKES: tuple[frozenset[str], ...] = (
    frozenset({"vw", "volkswagen"}),
    frozenset({"chevy", "chevrolet"}),
    frozenset({"mercedes", "mercedes benz", "merc"}),
)
"""Names of one make of cars."""

_LANDS = """
at aut austria osterreich oesterreich autriche|au aus australia australien|be bel belgium belgien belgique belgie|
br bra brazil brasilien brasil bresil|bg bgr bulgaria bulgarien|ca can canada kanada|cl chl chile|
cn chn china chine|co col colombia kolumbien|hr hrv croatia kroatien hrvatska|cy cyp cyprus zypern|
cz cze czechia tschechien|
dk dnk denmark danemark danmark|eg egy egypt agypten aegypten|ee est estonia estland|
fi fin finland finnland suomi finlande|fr fra france frankreich francia|
de deu ger germany deutschland allemagne alemania germania|gr grc greece griechenland grece|
hu hun hungary ungarn hongrie|is isl iceland island|in ind india indien inde|id idn indonesia indonesien|
ie irl ireland irland irlande|il isr israel|it ita italy italien italie italia|jp jpn japan japon|
lv lva latvia lettland|lt ltu lithuania litauen|lu lux luxembourg luxemburg|mt mlt malta|mx mex mexico mexiko|
nl nld netherlands niederlande holland nederland|no nor norway norwegen norge norvege|
pk pak pakistan|pe per peru|ph phl philippines philippinen|pl pol poland polen polska pologne|pt prt portugal|
ro rou romania rumanien roumanie|ru rus russia russland russie|rs srb serbia serbien|sg sgp singapore singapur|
sk svk slovakia slowakei|si svn slovenia slowenien|es esp spain spanien espana espagne|
se swe sweden schweden sverige suede|ch che switzerland schweiz suisse svizzera|th tha thailand|
tr tur turkey turkei turkiye turquie|ua ukr ukraine|vn vnm vietnam
"""
_COUNTRIES = (
    *(frozenset(group.split()) for group in " ".join(_LANDS.split("\n")).split("|")),
    frozenset({"us", "usa", "united states", "united states of america", "vereinigte staaten", "etats unis"}),
    frozenset({"gb", "gbr", "uk", "united kingdom", "great britain", "vereinigtes konigreich", "royaume uni"}),
    frozenset({"nz", "nzl", "new zealand", "neuseeland"}),
    frozenset({"za", "zaf", "south africa", "sudafrika", "suedafrika"}),
    frozenset({"ae", "are", "uae", "united arab emirates"}),
    frozenset({"kr", "kor", "south korea", "sudkorea"}),
    frozenset({"cz", "cze", "czech republic", "tschechische republik"}),
)
_NAMED = ("country", "countries", "nation", "land", "pays", "pais", "paese", "nationality", "country code")
FEW = 50
"""Values up to which one pair of names of a place in two languages is that of one place."""
KNOWN = 0.8
"""Share of a column's values that must be names or codes of countries."""


def one_place(folds: Collection[str]) -> list[frozenset[str]]:
    """Return the groups of names of one place, or make, that folded values may be merged by: names in two languages
    where there are two such places, or few values."""
    twice = [names for names in EXONYMS if len(names.intersection(folds)) > 1]
    return [*PLACES, *(twice if len(twice) > 1 or len(folds) <= FEW else []), *MAKES]


def countries(column: str, semantic: str | None, folds: Collection[str]) -> list[list[str]]:
    """Return folded values of a column of countries that are names or codes of one country.

    >>> countries("country", None, ["de", "fr", "germany", "it", "at"])
    [['de', 'germany']]
    """
    if semantic != "country" and not named(column, *_NAMED):
        return []
    groups = [sorted(f for f in folds if f in names) for names in _COUNTRIES]
    known = sum(f in COUNTRIES or f.upper() in COUNTRY_CODES for f in folds)
    if semantic != "country" and known < KNOWN * len(folds):
        return []
    return [group for group in groups if len(group) > 1]
