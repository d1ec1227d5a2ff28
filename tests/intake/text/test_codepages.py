"""Code pages are told by language, and Windows-1252 is not taken for another."""

from __future__ import annotations

import pytest

from discovery.intake.text.codepages import codepage
from discovery.intake.text.encoding import decode

OTHERS = {
    "cp1250": [
        "Jiří Dvořák,Plzeň\nVáclav Němec,České Budějovice\nŠtěpán Žák,Třebíč\nZdeněk Růžička,Jihlava\n",
        "Łukasz Wójcik,Łódź\nMałgorzata Dąbrowska,Gdańsk\nŚwiętosław Żak,Częstochowa\n",
        "Erdős Győző,Győr\nSzűcs Ágnes,Szőlőfő\nKövér Ödön,Pécs\nBíró Örs,Hűvösvölgy\n",
        "Šimić,Požega\nKovačević,Čakovec\nĐurđević,Đakovo\nBožić,Šibenik\n",
        "Ştefănescu,Iaşi\nŢepeş,Bistriţa\nPăun,Timişoara\nRăducanu,Constanţa\n",
    ],
    "cp1254": ["Ayşe Yılmaz,İstanbul\nIşık Çağlar,Muğla\nGökhan Şahin,Diyarbakır\nÜmit Ağaoğlu,Eskişehir\n"],
    "cp1257": ["Žydrūnas Šimkus,Šiauliai\nRūta Kazlauskienė,Panevėžys\nĄžuolas Vėjūnas,Kėdainiai\n"],
}
WESTERN = [
    "Müller,Größe\nJosé,naïve café\nRenée,Çelik\nGarçon,Ærø\nSørensen,Århus\n",
    "Jürgen Groß,Köln\nBärbel Schön,Düren\nSöhnke Weiß,Übach\n",
    "Þórður Guðmundsson,Ísafjörður\nGuðrún Þórðardóttir,Reykjavík\nÝmir Sæmundsson,Höfn\n",
    "Crème brûlée\nChâteau d’Yquem\nPère Noël\nAoût, où ça\nŒuvre complète\n",
    "São João,Conceição\nMaçã e limão\nAvô e avó\nPão de queijo à mineira, três corações\n",
    "Søren Kjær,Ærøskøbing\nÅse Bjørnstad,Tromsø\nBjørk Møller,Rønne\n",
    "Señor Núñez,Málaga\nÁngel Ibáñez,A Coruña\n¿Qué?,Martín Peña\n",
    "perché no\ncosì è\nlunedì,città più bella\nvirtù e libertà\n",
    "crème",
]


def test_the_dash_and_the_apostrophe_of_the_macintosh_are_no_letters():
    jobs = [f"{n},Process worker – worker’s labourer" if n % 9 else f"{n},Driver – bus" for n in range(60)]
    for lines in (jobs, [f"{n},Driver – bus or café" for n in range(60)]):
        text = "id,job\n" + "\n".join(lines) + "\n"
        read = decode(text.encode("mac_roman"), "jobs.csv")
        assert (read.encoding, read.data.decode()) == ("mac_roman", text)
        assert decode(text.encode("cp1252"), "jobs.csv").encoding == "cp1252"


@pytest.mark.parametrize(("name", "text"), [(n, t) for n, texts in OTHERS.items() for t in texts])
def test_other_languages_of_europe_come_out_right(name, text):
    read = decode(("name,city\n" + text).encode(name), "names.csv")
    assert read.encoding == name
    assert read.data.decode() == "name,city\n" + text


@pytest.mark.parametrize("text", WESTERN)
def test_western_text_stays_western(text):
    assert codepage(text.encode("cp1252")) is None
    assert decode(text.encode("cp1252"), "t.csv").encoding == "cp1252"


def test_one_strange_sign_tells_no_language():
    assert (
        codepage("the stateÍs race and the candidateÍs views, itÍs so, thatÍs it, the pollÍs".encode("cp1252"))
        is None
    )
