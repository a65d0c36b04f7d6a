"""Which letters the languages of each 8-bit encoding use: by them a list is read in its encoding."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Letters beyond a–z per language written in Latin letters.
LATIN = {
    "de": "äöüß", "fr": "àâæçéèêëîïôœùûüÿ", "es": "áéíñóúü", "pt": "áâãàçéêíóôõú", "it": "àèéìòù",
    "nl": "éëïöü", "ca": "àçèéíïòóúü", "sv": "åäöé", "da": "æøåé", "fi": "äöåšž", "et": "äõöüšž",
    "is": "áðéíóúýþæö", "sq": "çë", "tr": "çğıöşüâîİ", "pl": "ąćęłńóśźż", "cs": "áčďéěíňóřšťúůýž",
    "sk": "áäčďéíĺľňóôŕšťúýž", "hu": "áéíóöőúüű", "ro": "ăâîşţșț", "hr": "čćđšž", "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņšūž", "vi": "",
}  # fmt: skip
# Languages whose letters stand for others in an older or wider encoding of more speakers count for less.
SELDOM = {"is": 0.6, "sq": 0.9, "et": 0.7, "fi": 0.9, "lt": 0.9, "lv": 0.9, "ca": 0.9}

# Other scripts: the most frequent letters, then the rest of the alphabet.
SCRIPTS = {
    "el": ("αοιετνσηυρπκμλςάίόέήώ", "βγδζθξφχψωύϊϋΰΐ"),
    "cyr": ("оаеинтсрвлкмдупяіїюг", "ыьзбчйхжшщцэфєёъґўђѓѕјљњћќџ"),
    "ar": ("اليمنرتبودعسفهكقح", "جشطصخضذثغزظةىءآأؤإئپچژگ"),
    "he": ("יוהלאמרתבנשדםק", "עחפטגצסזכץןךףװ"),
}

# Sequences that the languages above hardly ever write, but that their words show in a wrong encoding.
IMPLAUSIBLE = re.compile(
    r"õ(?!e)|ã(?![oens]|$)|(?<![vn])û(?!t|l)|œ(?!u)|æ[nlsćc](?![a-z]$)|^è|(?<!o)ë$|[aeiouy]ý|^.ý(?!n)|ň[aeiou]|[oa]ň$|"
    r"[ěů]$|č[lm]|ź$|[^aeo]ń[aeiou]|ñ(?![aeiouáéíóú])|[àìòù](?=[a-z])|ï$|[aouy]ě|î(?=rn|l[a-z])|ţ[aeo]|ď[aei]|řa"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An encoding with the languages written in it; of two that fit alike the earlier one is taken."""

    codec: str
    latin: tuple[str, ...] = ()
    script: str = ""
    weight: float = 1.0


_WEST = ("de", "fr", "es", "pt", "it", "nl", "ca", "sv", "da", "fi", "et", "is", "sq")
_EAST = ("de", "pl", "cs", "sk", "hu", "ro", "hr", "sq")

CANDIDATES = (
    Candidate("cp1252", _WEST),
    Candidate("cp1250", _EAST),
    Candidate("cp1251", script="cyr"),
    Candidate("cp1253", script="el"),
    Candidate("cp1254", ("tr", "de", "fr", "es", "nl")),
    Candidate("cp1256", ("fr",), "ar"),
    Candidate("cp1255", script="he"),
    Candidate("cp1257", ("de", "lt", "lv", "et", "pl")),
    Candidate("iso8859-2", _EAST, weight=0.97),
    Candidate("iso8859-7", script="el", weight=0.97),
    Candidate("iso8859-15", _WEST, weight=0.97),
    Candidate("iso8859-5", script="cyr", weight=0.95),
    Candidate("koi8-u", script="cyr", weight=0.95),
    Candidate("mac_roman", _WEST, weight=0.9),
    Candidate("mac_latin2", ("de", "pl", "cs", "sk", "hu", "lt", "lv", "et"), weight=0.9),
    Candidate("mac_cyrillic", script="cyr", weight=0.9),
    Candidate("mac_greek", ("de", "fr"), "el", weight=0.9),
    Candidate("mac_turkish", ("tr", "de", "fr"), weight=0.9),
    Candidate("cp850", _WEST, weight=0.85),
    Candidate("cp852", _EAST, weight=0.85),
    Candidate("cp866", script="cyr", weight=0.85),
    Candidate("cp737", script="el", weight=0.85),
    Candidate("cp857", ("tr", "de", "fr"), weight=0.85),
)
