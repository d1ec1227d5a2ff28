"""What a column's name says: its words, and the semantic types they hint at."""

from __future__ import annotations

import itertools
import re
import unicodedata
from functools import lru_cache

__all__ = ["fold", "hints", "tokens"]

_SPLIT = re.compile(r"[^0-9a-z]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_LIGATURES = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "đ": "d"})

WORDS: dict[str, str] = {
    "email": "email mail emails emailaddress e_mail correo courriel mailadresse emailadresse",
    "phone": "phone telephone tel mobile cell cellphone phonenumber fax telefon handy telefonnummer mobil "
    "telefono celular movil telephonenumber mobilenumber portable gsm whatsapp phoneno mobileno telno "
    "contactnumber contactno rufnummer",
    "ip": "ip ipaddress ipaddr ipv4 ipv6 clientip remoteip sourceip",
    "url": "url uri link website homepage webseite href",
    "uuid": "uuid guid",
    "iban": "iban",
    "card": "card creditcard cardnumber cardno ccnumber ccnum cc pan kreditkarte kartennummer cardnum",
    "national_id": "ssn sin nin nino nif nie dni cpf bsn aadhaar passport passportno passportnumber taxid "
    "steuerid personnummer personalnummer nationalid socialsecurity socialsecuritynumber "
    "sozialversicherungsnummer codicefiscale curp nir cnp pesel ausweis ausweisnummer driverlicense "
    "driverslicense reisepass svnr ahv hkid nric",
    "postcode": "zip zipcode postcode postal postalcode plz postleitzahl codepostal codigopostal cap postnr",
    "country": "country nation nationality land staat pays pais nationalitat nationalite nacionalidad "
    "countrycode birthplace citizenship herkunftsland",
    "currency": "currency curr currencycode wahrung waehrung devise moneda ccy divisa",
    "latitude": "lat latitude breitengrad latitud",
    "longitude": "lon lng long longitude langengrad laengengrad longitud",
    "percentage": "percent percentage pct perc prozent pourcentage porcentaje prozentsatz",
    "birth_date": "dob birthdate birthday dateofbirth geburtsdatum geburtstag fechanacimiento datenaissance "
    "dateborn borndate",
    "address": "address addr street anschrift adresse strasse direccion rue calle addressline streetaddress "
    "wohnadresse",
    "date_part": "month mnth mon day weekday hour hr year yr quarter week dayofweek dow minute monat tag jahr "
    "stunde quartal woche wochentag mois jour annee mes dia ano hora doy weekofyear weeknumber modelyear "
    "releaseyear",
    "free_text": "comment comments description text review message note notes feedback remark remarks body "
    "content summary abstract bemerkung beschreibung kommentar nachricht descripcion commentaire title",
    "identifier": "id ids key code nr no num number ref reference uid identifier nummer kennung schlussel index "
    "idx rowid instant serial serialnumber barcode sku isbn ean upc invoiceno orderno customerid "
    "orderid userid matricule numero sn nbr",
}  # fmt: skip

FIRST_NAME = frozenset(
    "firstname givenname forename vorname prenom nombre fname christianname rufname first given".split()
)
LAST_NAME = frozenset(
    "lastname surname familyname nachname familienname apellido apellidos lname nom middlename maidenname".split()
)
PERSON = frozenset(
    "fullname personname customername patientname employeename contactname cardholder passengername "
    "clientname membername studentname ansprechpartner inhaber kundenname cardholdername holdername "
    "accountholder beneficiary".split()
)
ROLE = frozenset(
    "customer patient employee contact person client member student passenger guest user kunde mitarbeiter "
    "patientin driver owner manager doctor teacher staff borrower applicant tenant subscriber buyer seller "
    "recipient sender agent host physician victim suspect defendant holder voter candidate donor".split()
)
PUBLIC_ROLE = frozenset(
    "player author director actor actress artist driver writer singer composer athlete jockey coach pitcher "
    "batter winner politician senator president mayor nominee laureate founder ceo producer star cast batsman "
    "bowler umpire referee inventor".split()
)
NOT_PERSON = frozenset(
    "company product file car brand city country state street item category school hospital station team "
    "table column domain user username login game movie film song album book title species plant "
    "region county province department store shop model drug disease restaurant hotel airport airline university "
    "college course project campaign event display race ship vessel horse dog breed event firm bank "
    "business organisation organization org institution facility provider agency program plan scientific common "
    "genus variety color colour font font_name class label feature variable attribute sensor device county "
    "township district borough neighborhood neighbourhood place location site park river mountain lake".split()
)

_GLUED = re.compile(
    r"(client|cust|customer|emp|employee|user|order|account|acct|patient|loan|policy|invoice|trans|transaction|store"
    r"|member|student|product|item|claim|contract|case|vendor|supplier)(id|num|no|nr|key|code)"
)
"""Numbers of things whose name is written as one word: ``CLIENTNUM``, ``custid``."""

_HINT_OF = {word: semantic for semantic, words in WORDS.items() for word in words.split()}


def fold(text: str) -> str:
    """Return ``text`` in lower-case ASCII, without accents (``Zürich`` -> ``zurich``)."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@lru_cache(maxsize=8192)
def tokens(name: str) -> tuple[str, ...]:
    """Return the lower-case words of a column name, split at case changes, digits' ends and punctuation.

    >>> tokens("customerEmail_Address")
    ('customer', 'email', 'address')
    """
    split = _CAMEL.sub(" ", name) if not name.isupper() else name
    return tuple(t for t in _SPLIT.split(fold(split)) if t)


@lru_cache(maxsize=8192)
def hints(name: str) -> frozenset[str]:
    """Return the semantic types that the words of ``name`` (or two neighbours joined) hint at.

    ``person_name`` is split into ``first_name``, ``last_name`` and ``person_name``; ``public_person`` marks a role
    that is public (an author, a player), ``name`` the bare word.
    """
    words = tokens(name)
    joined = {*words, *("".join(p) for p in itertools.pairwise(words)), "".join(words)}
    joined |= {"".join(p) for p in zip(words, words[1:], words[2:], strict=False)}
    found = {_HINT_OF[w] for w in joined if w in _HINT_OF}
    if "%" in name:
        found.add("percentage")
    if any(_GLUED.fullmatch(w) for w in words):
        found.add("identifier")
    named = bool({"name", "names"} & set(words))
    if joined & FIRST_NAME and (("first" not in words and "given" not in words) or named):
        found.add("first_name")
    if joined & LAST_NAME:
        found.add("last_name")
    if joined & PERSON or (named and set(words) & ROLE):
        found.add("person_name")
    if set(words) & PUBLIC_ROLE:
        found.add("public_person")
    if named and not found & {"first_name", "last_name", "person_name"} and not set(words) & NOT_PERSON:
        found.add("name")
    if set(words) & NOT_PERSON:
        found.add("not_person")
    return frozenset(found)
