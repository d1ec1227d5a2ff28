"""Word lists: given and family names, countries, currencies, names of months and days."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

__all__ = ["COUNTRIES", "COUNTRY_CODES", "CURRENCIES", "DATE_PARTS", "first_names", "last_names"]

_COUNTRIES = """
afghanistan|albania|algeria|andorra|angola|antigua and barbuda|argentina|armenia|aruba|australia|austria|
azerbaijan|bahamas|bahrain|bangladesh|barbados|belarus|belgium|belize|benin|bermuda|bhutan|bolivia|bosnia|
bosnia and herzegovina|botswana|brazil|brunei|bulgaria|burkina faso|burma|burundi|cabo verde|cambodia|cameroon|
canada|cape verde|cayman islands|central african republic|chad|chile|china|colombia|comoros|congo|
congo kinshasa|congo brazzaville|costa rica|cote divoire|croatia|cuba|cyprus|czech republic|czechia|
democratic republic of the congo|republic of the congo|denmark|djibouti|dominica|dominican republic|east timor|
ecuador|egypt|eire|el salvador|england|equatorial guinea|eritrea|estonia|eswatini|ethiopia|fiji|finland|france|
french polynesia|gabon|gambia|the gambia|georgia|germany|west germany|east germany|ghana|gibraltar|
great britain|greece|greenland|grenada|guam|guatemala|guinea|guinea bissau|guyana|haiti|honduras|hong kong|
hungary|iceland|india|indonesia|iran|iran islamic republic of|iraq|ireland|israel|italy|ivory coast|jamaica|
japan|jordan|kazakhstan|kenya|kiribati|korea|korea republic of|republic of korea|korea south|korea north|kosovo|
kuwait|kyrgyzstan|laos|latvia|lebanon|lesotho|liberia|libya|liechtenstein|lithuania|luxembourg|macao|macau|
macedonia|north macedonia|madagascar|malawi|malaysia|maldives|mali|malta|marshall islands|mauritania|mauritius|
mexico|micronesia|moldova|monaco|mongolia|montenegro|morocco|mozambique|myanmar|namibia|nauru|nepal|netherlands|
the netherlands|holland|new caledonia|new zealand|nicaragua|niger|nigeria|north korea|
northern ireland|norway|oman|pakistan|palau|palestine|panama|papua new guinea|paraguay|peru|philippines|poland|
portugal|puerto rico|qatar|reunion|romania|rsa|russia|russian federation|rwanda|saint lucia|samoa|san marino|
sao tome and principe|saudi arabia|scotland|senegal|serbia|seychelles|sierra leone|singapore|slovakia|
slovak republic|slovenia|solomon islands|somalia|south africa|south korea|south sudan|soviet union|spain|
sri lanka|st lucia|sudan|suriname|swaziland|sweden|switzerland|syria|syrian arab republic|taiwan|tajikistan|
tanzania|thailand|timor leste|togo|tonga|trinidad and tobago|tunisia|turkey|
turkiye|turkmenistan|tuvalu|uganda|uk|ukraine|united arab emirates|united kingdom|united states|
united states of america|uruguay|us|usa|ussr|uzbekistan|vanuatu|vatican|venezuela|viet nam|vietnam|wales|yemen|
yugoslavia|zambia|zimbabwe|channel islands|
deutschland|osterreich|oesterreich|schweiz|frankreich|italien|spanien|niederlande|belgien|polen|danemark|
schweden|norwegen|finnland|grossbritannien|vereinigtes konigreich|irland|griechenland|ungarn|rumanien|bulgarien|
tschechien|kroatien|slowenien|slowakei|russland|turkei|japan|vereinigte staaten|brasilien|mexiko|indien|
allemagne|autriche|suisse|espagne|italie|pays bas|belgique|pologne|royaume uni|etats unis|suede|norvege|
alemania|espana|francia|italia|reino unido|estados unidos|suiza|paises bajos|brasil|mexico
"""
COUNTRIES = frozenset("".join(_COUNTRIES.split("\n")).split("|"))

COUNTRY_CODES = frozenset(
    """
    AD AE AF AG AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CL CM CN
    CO CR CU CV CY CZ DE DJ DK DM DO DZ EC EE EG EL ER ES ET FI FJ FR GA GB GD GE GH GM GN GQ GR GT GW GY HK HN HR
    HT HU ID IE IL IN IQ IR IS IT JM JO JP KE KG KH KM KP KR KW KZ LA LB LI LK LR LS LT LU LV LY MA MC MD ME MG MK
    ML MM MN MO MR MT MU MV MW MX MY MZ NA NE NG NI NL NO NP NZ OM PA PE PG PH PK PL PR PS PT PY QA RO RS RU RW SA
    SB SC SD SE SG SI SK SL SM SN SO SR SS ST SV SY SZ TD TG TH TJ TL TM TN TO TR TT TW TZ UA UG UK US UY UZ VA VE
    VN VU WS XK YE ZA ZM ZW
    AFG ALB DZA AND AGO ARG ARM AUS AUT AZE BHR BGD BLR BEL BEN BOL BIH BWA BRA BGR BFA BDI KHM CMR CAN CAF TCD CHL
    CHN COL COG COD CRI CIV HRV CUB CYP CZE DNK DJI DOM ECU EGY SLV EST ETH FIN FRA GAB GMB GEO DEU GHA GRC GTM GIN
    HTI HND HKG HUN ISL IND IDN IRN IRQ IRL ISR ITA JAM JPN JOR KAZ KEN KWT KGZ LAO LVA LBN LBR LBY LTU LUX MAC MDG
    MWI MYS MDV MLI MLT MRT MUS MEX MDA MNG MNE MAR MOZ MMR NAM NPL NLD NZL NIC NER NGA NOR OMN PAK PAN PRY PER PHL
    POL PRT QAT ROU RUS RWA SAU SEN SRB SGP SVK SVN SOM ZAF KOR ESP LKA SDN SWE CHE SYR TWN TJK TZA THA TGO TUN TUR
    TKM UGA UKR ARE GBR USA URY UZB VEN VNM YEM ZMB ZWE
    """.split()
)

CURRENCIES = frozenset(
    """
    USD EUR GBP JPY CHF CAD AUD NZD CNY RMB INR BRL RUB MXN SEK NOK DKK PLN CZK HUF RON BGN TRY ZAR KRW SGD HKD TWD
    THB IDR MYR PHP VND AED SAR QAR KWD BHD ILS EGP NGN KES GHS MAD TND ARS CLP COP PEN UYU UAH KZT HRK ISK PKR BDT
    LKR NPR DEM ATS FRF ITL ESP $ € £ ¥ ₹ ₽
    """.split()
)

_PARTS = """
january february march april may june july august september october november december
jan feb mar apr jun jul aug sep sept oct nov dec
monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
januar februar marz maerz mai juni juli oktober dezember mrz okt dez montag dienstag mittwoch donnerstag freitag
samstag sonntag janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre lundi mardi
mercredi jeudi vendredi samedi dimanche enero febrero marzo abril mayo junio julio agosto septiembre octubre
noviembre diciembre lunes martes miercoles jueves viernes sabado domingo q1 q2 q3 q4
"""
DATE_PARTS = frozenset(_PARTS.split())


@lru_cache(maxsize=1)
def first_names() -> frozenset[str]:
    """Given names of a dozen languages, folded to lower-case ASCII."""
    return _read("first_names.txt")


@lru_cache(maxsize=1)
def last_names() -> frozenset[str]:
    """Family names of a dozen languages, folded to lower-case ASCII."""
    return _read("last_names.txt")


def _read(name: str) -> frozenset[str]:
    return frozenset(files(__package__).joinpath("data", name).read_text("ascii").split())
