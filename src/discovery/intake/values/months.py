"""The names of months, whole and short, as dates have them in the languages of Europe."""

from __future__ import annotations

__all__ = ["MONTHS"]

MONTHS: dict[str, int] = {}
for _month, _written in enumerate(
    (
        "jan january januar janvier janv enero ene gennaio gen januari janeiro stycznia sty styczeń января "
        "янв január ledna tammikuuta ocak oca",
        "feb february februar février fevrier févr fevr febrero febbraio februari fevereiro fev lutego lut "
        "luty февраля фев февр február února helmikuuta şubat şub",
        "mar march märz maerz mär mrz mars marzo maart mrt março marco marts marca marzec марта мар március "
        "března maaliskuuta mart",
        "apr april avril avr abril abr aprile kwietnia kwi kwiecień апреля апр április dubna huhtikuuta nisan nis",
        "may mai mayo maggio mag mei maio maj maja мая május května toukokuuta mayıs",
        "jun june juni juin junio giugno giu junho czerwca cze czerwiec июня июн június června kesäkuuta "
        "haziran haz",
        "jul july juli juillet juil julio luglio lug julho lipca lip lipiec июля июл július července "
        "heinäkuuta temmuz tem",
        "aug august août aout agosto ago augustus augusti sierpnia sie sierpień августа авг augusztus srpna "
        "elokuuta ağustos ağu",
        "sep sept september septembre septiembre settembre set setembro września wrz wrzesień сентября сен "
        "сент szeptember září syyskuuta eylül eyl",
        "oct october oktober okt octobre octubre ottobre ott outubro out października paź październik "
        "октября окт október října lokakuuta ekim eki",
        "nov november novembre noviembre novembro listopada lis listopad ноября ноя нояб listopadu "
        "marraskuuta kasım kas",
        "dec december dezember dez décembre decembre déc diciembre dic dicembre dezembro grudnia gru "
        "grudzień декабря дек prosince joulukuuta aralık ara",
    ),
    start=1,
):
    MONTHS.update(dict.fromkeys(_written.split(), _month))
"""In lower case, with their numbers."""
