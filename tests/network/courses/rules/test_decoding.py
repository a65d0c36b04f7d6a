"""Which encoding a list is read in."""

import io
import random
import zipfile

import pytest

from network.courses.rules import UnreadableList
from network.courses.rules.decoding import best_8bit_encoding, decode_list
from tests.network.courses.rules.steward import people, read

NAMES = {
    "de": "Jörg Müller|Käthe Weiß|Günther Schröder|Zoë Ångström|Rüdiger Höß|MARTIN GROßE|Änne Groß",
    "fr": "Émile Lefèvre|Hélène Benoît|François Noël|Chloé Gérard|Jérôme Côté|RENÉ LÉVÊQUE|Anaïs Légaré",
    "es": "José Muñoz|María Núñez|Iñaki Peña|Sofía Ibáñez|Begoña Ordóñez|Ángel López",
    "pt": "João Conceição|Inês Magalhães|Fátima Simões|Luís Araújo|Sebastião Guimarães",
    "it": "Niccolò Forlì|Noè Cantù|Nicolò Zanè",
    "da": "Søren Ærø|Bjørn Kjær|Åge Møller|Mette Højgaard",
    "sv": "Åsa Ångström|Björn Sjöberg|Göran Åkesson|Mårten Nyström",
    "pl": "Bogdan Wiśniewski|Łukasz Wójcik|Małgorzata Dąbrowska|Grażyna Żak|Jędrzej Gołąb|Adam Mróż",
    "cs": "Jiří Dvořák|Růžena Procházková|Tomáš Kučera|Zdeněk Čapek|Božena Šťastná|Jaroslav Kovář",
    "hu": "Győző Erdős|László Kővári|Zsófia Szűcs|Jenő Bíró|Ágnes Tóth",
    "ro": "Ştefan Ţurcanu|Mădălina Stănescu|Ioan Bălăşescu|Cătălin Brânză",
    "hr": "Ivana Kovač|Marko Šimić|Đurđa Perković|Željko Babić",
    "tr": "Fatma Yıldız|Oğuz Şahin|Ayşe Çelik|Gülşen Öztürk|İbrahim Dağ|Işıl Kılıç",
    "lt": "Jonas Žemaitis|Eglė Šimkutė|Rūta Kazlauskienė|Živilė Ąžuolaitė",
    "lv": "Jānis Bērziņš|Līga Kļaviņa|Ģirts Šķēle",
    "el": "Δήμητρα Παπαδοπούλου|Γιώργος Νικολάου|Ελένη Αλεξίου|Κώστας Χατζής|ΙΩΑΝΝΗΣ ΠΑΠΑΔΟΠΟΥΛΟΣ",
    "uk": "Олена Шевченко|Андрій Їжак|Ірина Ковальчук|Євген Гриценко|Юлія Щербак",
    "ru": "Иван Петров|Мария Щербакова|Юлия Объедкова|Пётр Жуков|АННА СИДОРОВА",
    "ar": "محمد علي|فاطمة الزهراء|أحمد حسن|عائشة بن صالح",
    "he": "שרה אברהם|משה פרץ|רחל גולדברג",
}
SAVED = {
    "de": "cp1252 mac_roman iso8859-15 cp850",
    "fr": "cp1252 mac_roman iso8859-15 cp850",
    "es": "cp1252 mac_roman cp850",
    "pt": "cp1252 mac_roman",
    "it": "cp1252 mac_roman",
    "da": "cp1252 mac_roman",
    "sv": "cp1252 mac_roman",
    "pl": "cp1250 iso8859-2 mac_latin2 cp852",
    "cs": "cp1250 iso8859-2 mac_latin2 cp852",
    "hu": "cp1250 iso8859-2",
    "ro": "cp1250 iso8859-2",
    "hr": "cp1250 iso8859-2",
    "tr": "cp1254 iso8859-9 mac_turkish",
    "lt": "cp1257",
    "lv": "cp1257",
    "el": "cp1253 iso8859-7 mac_greek",
    "uk": "cp1251 koi8-u mac_cyrillic",
    "ru": "cp1251 koi8-r mac_cyrillic cp866 iso8859-5",
    "ar": "cp1256",
    "he": "cp1255",
}
CASES = [(language, encoding) for language, encodings in SAVED.items() for encoding in encodings.split()]


def a_list(language):
    names = NAMES[language].split("|")
    lines = [f"{name};person{place}@mail.example;12.05.2026" for place, name in enumerate(names)]
    return names, "\r\n".join(["name;email;date", *lines, ""])


@pytest.mark.parametrize(("language", "encoding"), CASES)
def test_n2_lists_saved_again_by_a_spreadsheet_in_its_local_encoding(language, encoding):
    names, text = a_list(language)
    result = read(text, encoding)
    assert [row.name for row in result.rows] == names
    assert not result.rejected


@pytest.mark.parametrize("language", NAMES)
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]
)
def test_n2_unicode_with_a_mark_and_without(language, encoding):
    names, text = a_list(language)
    assert [row.name for row in read(text, encoding).rows] == names


def test_one_foreign_name_in_a_long_plain_list_is_enough():
    for name, encoding in [
        ("Jörg Müller", "cp1252"),
        ("Łukasz Wójcik", "cp1250"),
        ("Олена Шевченко", "cp1251"),
    ]:
        lines = [f"Anna Berg;a{place}@mail.example" for place in range(3000)]
        text = "\r\n".join(["name;email", *lines, f"{name};x@mail.example", ""])
        assert people(read(text, encoding))[-1] == (name, "x@mail.example", True)


def test_lists_put_together_from_two_encodings():
    data = (
        b"name;email\n" + "Zoë;z@mail.example\nRené;r@mail.example\n".encode()
        + "Jörg Müller;j@mail.example\n".encode("cp1252")
    )  # fmt: skip
    assert [row.name for row in read(data).rows] == ["Zoë", "René", "Jörg Müller"]


def test_a_list_cut_off_inside_a_letter():
    data = "name;email\nZoë;z@mail.example\nRené;r@mail.example\nJosé".encode()[:-1]
    assert [row.name for row in read(data).rows] == ["Zoë", "René"]


def test_an_odd_byte_at_the_end_of_utf16_and_zero_bytes_inside_are_no_trouble():
    text = "name;email\r\nZoë;z@mail.example\r\n"
    assert read(text.encode("utf-16") + b"\x00").rows[0].name == "Zoë"
    assert read(text.encode().replace(b"Zo", b"Z\x00o")).rows[0].name == "Zoë"


def test_typographic_apostrophes_are_letters_enough():
    assert best_8bit_encoding("Sinéad O’Connor D’Été".encode("cp1252")) == "cp1252"


def test_the_answer_is_always_the_same():
    data = a_list("cs")[1].encode("cp1250")
    assert len({decode_list(data) for _ in range(5)}) == 1


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\n\r\n", b"  \t\n", b";;;\n;;;\n"])
def test_nothing_to_read(data):
    with pytest.raises(UnreadableList) as refused:
        read(data)
    assert refused.value.code == "empty_file"


NOISE = random.Random(1).randbytes(20_000)


def zipped(*names, content=""):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"PK\x03\x04 and so on", "xlsx"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (zipped("word/document.xml"), "document"),
        (zipped("list.csv"), "archive"),
        (zipped(), "archive"),
        (zipped("mimetype", content="application/vnd.oasis.opendocument.spreadsheet"), "ods"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on", "xls"),
        (b"%PDF-1.7\n", "pdf"),
        (b"\r\n%PDF-1.7\n", "pdf"),
        (b"\xef\xbb\xbf\x89PNG\r\n\x1a\n", "image"),
        (b"\x89PNG\r\n\x1a\n", "image"),
        (b"\x1f\x8b\x08", "archive"),
        (b"<!DOCTYPE html>\n<html>a@b.example</html>", "html"),
        (bytes(range(256)) * 40, "binary"),
        (b"\x00" * 500, "binary"),
        (b"\x81\x8d\x03", "binary"),
        (b"\xff\xfe" + NOISE[:500], "binary"),
        (NOISE, "binary"),
        # Without control characters, by which most noise gives itself away.
        (NOISE.translate(None, bytes(range(32))), "binary"),
        (NOISE.translate(None, bytes(range(128))), "binary"),
    ],
)
def test_what_is_no_list(data, kind):
    with pytest.raises(UnreadableList) as refused:
        read(data)
    assert (refused.value.code, refused.value.params) == ("unreadable_file", {"kind": kind})


def test_a_stray_byte_or_two_do_not_make_a_list_unreadable():
    for stray in (b"\x95", b"\xff\xfe\x81"):
        assert (
            people(read(b"Name;Email\n" + stray + b" Maria Rossi;m@mail.example\n" * 3))[0][1]
            == "m@mail.example"
        )
