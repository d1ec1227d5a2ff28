"""What a column's name says: its words, and the semantic types they hint at."""

from __future__ import annotations

import itertools
import re
import unicodedata
from functools import lru_cache

from ...intake.values.words import FIGURES

__all__ = ["fold", "hints", "tokens"]

_SPLIT = re.compile(r"[^\w]+|_+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_LIGATURES = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "đ": "d"})

WORDS: dict[str, str] = {
    "email": "email mail emails emailaddress correo courriel mailadresse emailadresse emailadres epost epostadress "
    "indirizzoemail mailid emailid メール メールアドレス",
    "phone": "phone telephone tel mobile cell cellphone phonenumber fax telefon handy telefonnummer mobil telefono "
    "celular movil telephonenumber mobilenumber portable gsm whatsapp phoneno mobileno telno contactnumber "
    "contactno rufnummer telefoonnummer telefoon mobiel cellulare numerotelefono telefone telefonnummer "
    "mobilnummer komorka telefonu puhelin puhelinnumero msisdn 電話 電話番号 携帯 携帯電話 携帯番号",
    "ip": "ip ipaddress ipaddr ipv4 ipv6 clientip remoteip sourceip",
    "url": "url uri link website homepage webseite href",
    "uuid": "uuid guid",
    "iban": "iban",
    "card": "card creditcard cardnumber cardno ccnumber ccnum cc pan kreditkarte kartennummer cardnum "
    "cartebancaire tarjeta cartao kreditkort creditcardnumber カード番号",
    "national_id": "ssn sin nin nino nif nie dni cpf bsn aadhaar passport passportno passportnumber taxid steuerid "
    "personnummer personalnummer nationalid socialsecurity socialsecuritynumber sozialversicherungsnummer "
    "codicefiscale curp nir cnp pesel ausweis ausweisnummer driverlicense driverslicense reisepass svnr ahv hkid "
    "nric svnummer rentenversicherungsnummer numsecu numerosecu securitesociale numerodesecuritesociale "
    "nationalinsurance nationalinsurancenumber ninumber nhsnumber nhsno nhs burgerservicenummer cartaidentita "
    "numerocarta identitycard idcard idcardno idcardnumber identitydocument identitynumber identityno "
    "personalidentitynumber paspoort paspoortnummer passeport pasaporte passaporto passaporte paszport passnummer "
    "reisepassnummer dowod dowodosobisty nrdowodu pnr henkilotunnus hetu fodselsnummer cpr cprnummer "
    "rijksregisternummer rodnecislo egn oib tckimlik kimlikno aadhar aadhaarnumber pannumber panno pancard cedula "
    "dninie drivinglicence drivinglicense driverlicence driverslicence drivinglicencenumber driverlicensenumber "
    "permisdeconduire carteidentite cartenationale マイナンバー 個人番号 旅券番号 運転免許証番号",
    "postcode": "zip zipcode postcode postal postalcode plz postleitzahl codepostal codigopostal cap postnr "
    "pincode cep kodpocztowy postinumero postnummer 郵便番号",
    "country": "country nation nationality land staat pays pais nationalitat nationalite nacionalidad countrycode "
    "iso2 iso3 isocode birthplace citizenship herkunftsland",
    "currency": "currency curr currencycode wahrung waehrung devise moneda ccy divisa",
    "latitude": "lat latitude breitengrad latitud",
    "longitude": "lon lng long longitude langengrad laengengrad longitud",
    "percentage": "percent percentage pct perc prozent pourcentage porcentaje prozentsatz",
    "birth_date": "dob bdate birthdate birthday dateofbirth geburtsdatum geburtstag fechanacimiento datenaissance "
    "dateborn borndate datanascita datadinascita nascita geboortedatum fodelsedatum fodelsedag dataurodzenia "
    "urodzenia datanascimento datadenascimento nascimento fechadenacimiento nacimiento datedenaissance naissance "
    "fodselsdato syntymaaika datumnarozeni dogumtarihi gebdatum gebdat birthdt 生年月日 誕生日",
    "address": "address addr street anschrift adresse strasse direccion rue calle addressline streetaddress "
    "wohnadresse indirizzo adres adress adresa adresse endereco domicilio domicile straat gata gatuadress gatunamn "
    "ulica ruaavenida logradouro via strasseundnummer residence residentialaddress homeaddress postaladdress "
    "mailingaddress billingaddress shippingaddress osoite 住所 現住所 番地 町名",
    "date_part": "month mnth mon day weekday hour hr year yr quarter week dayofweek dow minute monat tag jahr "
    "stunde quartal woche wochentag mois jour annee mes dia ano hora doy weekofyear weeknumber modelyear "
    "releaseyear",
    "free_text": "comment comments description text review message note notes feedback remark remarks body content "
    "summary abstract bemerkung beschreibung kommentar nachricht descripcion commentaire title",
    "identifier": "id ids key code nr no num number ref reference uid iid pid identifier nummer kennung schlussel "
    "index idx rowid instant serial serialnumber barcode sku isbn ean upc invoiceno orderno customerid orderid "
    "userid matricule numero sn nbr",
}  # fmt: skip

_SURELY_FIRST = frozenset(
    "firstname firstnames givenname givennames forename forenames vorname vornamen prenom prenoms fname "
    "christianname rufname voornaam voornamen roepnaam fornamn fornavn tilltalsnamn etunimi imie namefirst "
    "namegiven primeironome 名 primernombre krestnijmeno".split()
)
FIRST_NAME = _SURELY_FIRST | frozenset("nombre nome first given".split())
_SURELY_LAST = frozenset(
    "lastname lastnames surname surnames familyname nachname nachnamen familienname apellido apellidos lname "
    "middlename maidenname cognome achternaam efternamn efternavn etternavn sukunimi nazwisko prijmeni sobrenome "
    "soyad soyadi namelast namefamily 姓 名字 苗字 primerapellido segundoapellido".split()
)
LAST_NAME = _SURELY_LAST | frozenset("nom".split())
_SURELY_PERSON = frozenset(
    "fullname personname patientname employeename contactname passengername studentname membername cardholdername "
    "managername doctorname teachername candidatename nomecompleto nombrecompleto nomcomplet nomprenom "
    "imienazwisko imieinazwisko nominativo volledigenaam fullstandigtnamn vollername vorundnachname "
    "氏名 お名前".split()
)
PERSON = _SURELY_PERSON | frozenset(
    "customername cardholder clientname ansprechpartner inhaber kundenname holdername accountholder "
    "beneficiary".split()
)
PLATE = frozenset(
    "licenseplate licenceplate numberplate licenseplatenumber licenceplatenumber platenumber plateno carplate "
    "vehicleplate vehicleregistration vehicleregistrationnumber vehicleno vehiclenumber registrationplate regno "
    "kennzeichen kfzkennzeichen autokennzeichen kenteken immatriculation plaqueimmatriculation matricula targa "
    "placa regnr regnummer registreringsnummer rejestracja nrrejestracyjny numerrejestracyjny rekisterinumero "
    "ナンバー ナンバープレート 車両番号".split()
)
"""Words for the plates of vehicles."""
ROLE = frozenset(
    "customer patient employee contact person client member student passenger guest user kunde mitarbeiter "
    "patientin driver owner manager doctor teacher staff borrower applicant tenant subscriber buyer seller "
    "recipient sender agent host physician victim suspect defendant holder voter candidate donor".split()
)
PUBLIC_ROLE = frozenset(
    "player author director actor actress artist driver writer singer composer athlete jockey coach pitcher "
    "batter winner politician senator president mayor nominee laureate founder ceo producer star cast batsman "
    "bowler umpire referee inventor authors directors actors artists writers composers".split()
)
NOT_PERSON = frozenset(
    "company product file car brand city country state street item category school hospital station team table "
    "column domain user username login game movie film song album book title species plant region county province "
    "department store shop model drug disease restaurant hotel airport airline university college course project "
    "campaign event display race ship vessel horse dog breed event firm bank business organisation organization "
    "org institution facility provider agency program plan scientific common genus variety color colour font "
    "font_name class label feature variable attribute sensor device township district borough neighborhood "
    "neighbourhood place location site park river mountain lake producto empresa ciudad prodotto azienda citta "
    "produit entreprise produkt firma stadt storm hurricane cyclone".split()
)

_GLUED = re.compile(
    r"(client|cust|customer|emp|employee|user|order|account|acct|patient|loan|policy|invoice|trans|transaction|store"
    r"|member|student|product|item|claim|contract|case|vendor|supplier|parcel|complaint|incident|subject|property"
    r"|building|ticket|permit|report|request|booking|receipt|device|visit|admission|school|teacher)(id|num|no|nr|key|code)"
)
"""Numbers of things whose name is written as one word: ``CLIENTNUM``, ``custid``."""


def fold(text: str) -> str:
    """Return ``text`` in lower-case ASCII, without accents (``Zürich`` -> ``zurich``)."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


_HINT_OF = {fold(word): semantic for semantic, words in WORDS.items() for word in words.split()}
_FIRST, _LAST, _PERSON, _PLATE, _SURE = (
    frozenset(map(fold, words))
    for words in (FIRST_NAME, LAST_NAME, PERSON, PLATE, _SURELY_FIRST | _SURELY_LAST | _SURELY_PERSON)
)
_PERSONS = frozenset(
    "patient employee contact person student passenger guest manager doctor teacher staff applicant victim "
    "suspect defendant voter candidate physician".split()
)
"""Roles that no company has."""
_NAMES = frozenset(map(fold, "naam namn navn nimi nome nombre nom 名前".split()))
"""What a name is called elsewhere; of a person or of a thing."""


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
    that is public (an author, a player), ``name`` the bare word; ``surely_person`` marks names that no thing has (a
    surname, a patient's name), ``plate`` the plate of a vehicle.
    """
    words = tokens(name)
    joined = {*words, *("".join(p) for p in itertools.pairwise(words)), "".join(words)}
    joined |= {"".join(p) for p in zip(words, words[1:], words[2:], strict=False)}
    found = {_HINT_OF[w] for w in joined if w in _HINT_OF}
    if {"per", "cap"} <= set(words):
        found.discard("postcode")
    if FIGURES & set(words):
        found.discard("phone")
    if "%" in name:
        found.add("percentage")
    if any(_GLUED.fullmatch(w) for w in words):
        found.add("identifier")
    plain = set(words)
    named = bool({"name", "names"} & plain)
    glued = {w.removesuffix("name") for w in words if w.endswith("name")} & (ROLE - {"user", "host"})
    if joined & _FIRST and (("first" not in words and "given" not in words) or named):
        found.add("first_name")
    if joined & _LAST:
        found.add("last_name")
    if joined & _PERSON or glued or (named and plain & ROLE):
        found.add("person_name")
    if plain & PUBLIC_ROLE:
        found.add("public_person")
    if joined & _PLATE:
        found.add("plate")
    if (
        (named or plain & _NAMES)
        and not found & {"first_name", "last_name", "person_name"}
        and not plain & NOT_PERSON
    ):
        found.add("name")
    if plain & NOT_PERSON:
        found.add("not_person")
    elif joined & _SURE or (named and plain & _PERSONS):
        found.add("surely_person")
    return frozenset(found)
