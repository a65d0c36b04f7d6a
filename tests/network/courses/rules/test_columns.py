"""Which columns are taken for what, in many languages and in none."""

import pytest

from network.courses.rules import ColumnMapping, InvalidMapping, check_mapping
from tests.network.courses.rules.steward import days, done, people, read, told

MOODLE = {
    "en": ("First name,Last name,Email address", "Completed", "Not completed", "12 May 2026, 6:21 PM"),
    "de": ("Vorname,Nachname,E-Mail-Adresse", "Abgeschlossen", "Nicht abgeschlossen", "12. Mai 2026 18:21"),
    "fr": ("Prénom,Nom de famille,Adresse de courriel", "Terminé", "Non terminé", "12 mai 2026 18:21"),
    "es": (
        "Nombre,Apellido(s),Dirección de correo",
        "Finalizado",
        "No completado",
        "12 de mayo de 2026 18:21",
    ),
    "it": ("Nome,Cognome,Indirizzo email", "Completato", "Non completato", "12 maggio 2026 18:21"),
    "pt": ("Nome,Apelido,Endereço de email", "Concluído", "Não concluído", "12 de maio de 2026 18:21"),
    "pl": ("Imię,Nazwisko,Adres e-mail", "Ukończono", "Nie ukończono", "12 maja 2026 18:21"),
    "el": (
        "Όνομα,Επώνυμο,Διεύθυνση ηλεκτρονικού ταχυδρομείου",
        "Ολοκληρώθηκε",
        "Δεν ολοκληρώθηκε",
        "12 Μαΐου 2026",
    ),
    "uk": ("Ім'я,Прізвище,Електронна пошта", "Завершено", "Не завершено", "12 травня 2026 18:21"),
    "ru": ("Имя,Фамилия,Адрес электронной почты", "Завершено", "Не завершено", "12 мая 2026 18:21"),
    "tr": ("Adı,Soyadı,E-posta adresi", "Tamamlandı", "Tamamlanmadı", "12 Mayıs 2026 18:21"),
    "nl": ("Voornaam,Achternaam,E-mailadres", "Voltooid", "Niet voltooid", "12 mei 2026 18:21"),
    "ro": ("Prenume,Nume,Adresă de email", "Finalizat", "Nefinalizat", "12 mai 2026 18:21"),
    "cs": ("Křestní jméno,Příjmení,E-mailová adresa", "Splněno", "Nesplněno", "12. května 2026 18:21"),
    "hu": ("Keresztnév,Vezetéknév,E-mail cím", "Teljesített", "Nem teljesített", "2026. május 12. 18:21"),
    "sv": ("Förnamn,Efternamn,E-postadress", "Fullföljd", "Inte fullföljd", "12 maj 2026 18:21"),
    "fi": ("Etunimi,Sukunimi,Sähköpostiosoite", "Suoritettu", "Ei suoritettu", "12. toukokuuta 2026 18.21"),
    "ar": ("الاسم الأول,اسم العائلة,عنوان البريد الإلكتروني", "مكتمل", "غير مكتمل", "12 مايو 2026 18:21"),
    "he": ("שם פרטי,שם משפחה,כתובת דוא״ל", "הושלם", "לא הושלם", "2026-05-12"),
    "zh": ("名,姓,电子邮件地址", "已完成", "未完成", "2026年5月12日 18:21"),
    "none": ("Blarg,Frotz,Zumi", "Fladurp", "Zo fladurp", "2026-05-12 18:21"),
    "none, changed inside": ("Blarg,Frotz,Zumi", "Fladurpendak", "Fladurpezdak", "2026-05-12 18:21"),
    "none, other word": ("Blarg,Frotz,Zumi", "Kip", "Wopol", "2026-05-12 18:21"),
}
GRADUATES = [("Maria", "Rossi", "maria.rossi"), ("Jan", "Nowak", "jan.nowak"), ("Ola", "Kowal", "ola.kowal")]


def moodle(language, *, dates):
    heading, yes, no, day = MOODLE[language]
    lines = [heading + (",A,,B," if dates else ",A,B")]
    for place, (first, last, mail) in enumerate(GRADUATES):
        states = [yes, no if place == 1 else yes]
        cells = [
            cell
            for state in states
            for cell in ([state, f'"{day}"' if state == yes else ""] if dates else [state])
        ]
        lines.append(",".join([first, last, f"{mail}@mail.example", *cells]))
    return "\n".join(lines)


@pytest.mark.parametrize("language", MOODLE)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_n2_activity_progress_in_any_language(language, encoding):
    result = read(moodle(language, dates=True), encoding)
    assert result.mapping == ColumnMapping((0, 1), 2, (3, 5), None)
    assert people(result) == [
        ("Maria Rossi", "maria.rossi@mail.example", True),
        ("Jan Nowak", "jan.nowak@mail.example", False),
        ("Ola Kowal", "ola.kowal@mail.example", True),
    ]
    assert told(result) == []


@pytest.mark.parametrize("language", [language for language in MOODLE if "," not in language])
def test_n2_words_alone_without_dates(language):
    result = read(moodle(language, dates=False))
    assert done(result) == [True, False, True]
    assert result.mapping.name == (0, 1)


@pytest.mark.parametrize("language", MOODLE)
def test_n2_course_completion_in_any_language(language):
    heading, yes, no, day = MOODLE[language]
    rows = []
    for place, (first, last, mail) in enumerate(GRADUATES):
        state, on = (no, "") if place == 1 else (yes, day)
        rows.append(f'{100 + place},{first} {last},{mail}@mail.example,{state},"{on}","{on}"')
    last_column = {"en": "Course complete", "de": "Kurs abgeschlossen", "fr": "Cours terminé"}.get(
        language, "Frobnitz"
    )
    result = read(
        "\n".join([f"ID,{heading.split(',')[1]},{heading.split(',')[2]},U,U - D,{last_column}", *rows])
    )
    assert done(result) == [True, False, True]
    assert result.mapping.completed_on == 5
    assert days(result) == ["2026-05-12", None, "2026-05-12"]


FLAGS = """
1/0 yes/no Yes/No Y/N y/n ja/nein Ja/Nein J/N true/false TRUE/FALSE WAHR/FALSCH VRAI/FAUX VERO/FALSO
VERDADERO/FALSO PRAWDA/FAŁSZ ИСТИНА/ЛОЖЬ DOĞRU/YANLIŞ oui/non O/N sí/no si/no S/N sim/não tak/nie
T/N ναι/όχι да/нет так/ні evet/hayır E/H da/nu da/ne ano/ne A/N igen/nem kyllä/ei jā/nē taip/ne
نعم/لا כן/לא 是/否 はい/いいえ ✓/✗ x/- Pass/Fail PASSED/FAILED bestanden/durchgefallen Bestanden/offen
zaliczone/niezaliczone completed/incomplete P/A 100%/40% 12/12|7/12 Réussi/Échoué aprobado/suspenso
Geslaagd/Gezakt Apto/Pendiente
""".split()


@pytest.mark.parametrize("pair", FLAGS)
@pytest.mark.parametrize("heading", ["Name;Mail;Completed", "Name;Mail;Bestanden", ""])
def test_n2_flags(pair, heading):
    yes, no = pair.split("|" if "|" in pair else "/")
    lines = [
        f"Maria Rossi;m@mail.example;{yes}",
        f"Jan Nowak;j@mail.example;{no}",
        f"Ola Kowal;o@mail.example;{yes}",
    ]
    result = read("\n".join([*([heading] if heading else []), *lines]))
    assert done(result) == [True, False, True]
    assert result.has_heading is bool(heading)
    assert [row.name for row in result.rows] == ["Maria Rossi", "Jan Nowak", "Ola Kowal"]


@pytest.mark.parametrize("mark", ["x", "X", "1", "✓", "✔", "yes", "ja", "Zertifikat", "fladurp"])
def test_n2_a_mark_or_nothing(mark):
    result = read(f"Name;Mail;Completed\nMaria Rossi;m@mail.example;{mark}\nJan Nowak;j@mail.example;\n")
    assert done(result) == [True, False]


def test_n2_open_edx_grade_report():
    result = read(
        "Student ID,Email,Username,Grade,Homework 1: a,Homework (Avg),Exam,Cohort Name,Enrollment Track,"
        "Verification Status,Certificate Eligible,Certificate Delivered,Certificate Type\n"
        "12,maria@mail.example,maria_r,0.91,1.0,0.9,0.8,Default Group,verified,Verified,Y,Y,verified\n"
        "13,jan@mail.example,jannow,0.31,0.0,0.1,0.2,Default Group,audit,N/A,N,N,N/A\n"
        "14,ola@mail.example,ola77,0.81,1.0,0.9,0.9,Default Group,audit,N/A,Y,N,N/A\n"
    )
    assert result.mapping == ColumnMapping((2,), 1, (10,), None)
    assert people(result) == [
        ("maria_r", "maria@mail.example", True),
        ("jannow", "jan@mail.example", False),
        ("ola77", "ola@mail.example", True),
    ]


def test_n2_open_edx_with_names_and_enrolment_list():
    result = read(
        "Student ID,Email,Username,First Name,Last Name,Grade,Enrollment Track,Certificate Eligible (Y/N)\n"
        "12,m@mail.example,mr,Maria,Rossi,0.91,verified,Y\n13,j@mail.example,jn,Jan,Nowak,0.31,audit,N\n"
    )
    assert result.mapping == ColumnMapping((3, 4), 1, (7,), None)


def test_n2_learndash():
    result = read(
        "user_id,name,email,course_id,course_title,course_steps_completed,course_steps_total,course_completed,"
        'course_completed_on\n1,Maria Rossi,m@mail.example,77,Mentoring,12,12,YES,"May 12, 2026"\n'
        "2,Jan Nowak,j@mail.example,77,Mentoring,4,12,NO,\n"
    )
    assert result.mapping == ColumnMapping((1,), 2, (7,), 8)
    assert (done(result), days(result)) == ([True, False], ["2026-05-12", None])


def test_n2_ilias():
    result = read(
        "Nachname;Vorname;Anmeldename;E-Mail;Status;Letzter Zugriff;Erster Zugriff;Zugriffe;Note\r\n"
        "Rossi;Maria;mrossi;m@mail.example;Bestanden;12.05.2026 10:00;01.03.2026;22;\r\n"
        "Nowak;Jan;jnowak;j@mail.example;In Bearbeitung;11.05.2026 10:00;01.03.2026;12;\r\n"
        "Öz;Ayşe;aoez;a@mail.example;Nicht bestanden;11.05.2026 10:00;01.03.2026;12;\r\n",
        "utf-8-sig",
    )
    assert result.mapping == ColumnMapping((1, 0), 3, (4,), None)
    assert people(result)[2] == ("Ayşe Öz", "a@mail.example", False)
    assert done(result) == [True, False, False]


def test_n2_openolat():
    result = read(
        "Vorname;Nachname;E-Mail;Bestanden;Punkte;Abschlussdatum\nMaria;Rossi;m@mail.example;true;12.0;2026-05-12\n"
        "Jan;Nowak;j@mail.example;false;2.0;\n"
    )
    assert result.mapping == ColumnMapping((0, 1), 2, (3,), 5)


def test_n2_canvas_gradebook():
    result = read(
        "Student,ID,SIS User ID,SIS Login ID,Section,Essay (12),Final Score,Final Grade\n"
        "    Points Possible,,,,,10,(read only),(read only)\n"
        '"Rossi, Maria",1,77,m@mail.example,Mentoring,9,95,Pass\n'
        '"Nowak, Jan",2,78,j@mail.example,Mentoring,3,33,Fail\n'
    )
    assert people(result) == [
        ("Rossi, Maria", "m@mail.example", True),
        ("Nowak, Jan", "j@mail.example", False),
    ]
    assert told(result) == [(2, 3, "missing_email")]


def test_n2_a_form_filled_in_by_everybody():
    result = read(
        "Zeitstempel,E-Mail-Adresse,Vor- und Nachname,Hast du den Kurs abgeschlossen?,Was war gut?\n"
        '12.05.2026 18:21:07,m@mail.example,Maria Rossi,Ja,"Alles\nwar gut, danke"\n'
        "13.05.2026 18:21:07,j@mail.example,Jan Nowak,Nein,\n"
    )
    assert result.mapping == ColumnMapping((2,), 1, (3,), 0)
    assert [(row.line, row.completed) for row in result.rows] == [(2, True), (4, False)]


@pytest.mark.parametrize(
    ("heading", "mapping"),
    [
        ("Name;Vorname;Mail", (1, 0)),
        ("Nom;Prénom;Mail", (1, 0)),
        ("Apellidos;Nombre;Mail", (1, 0)),
        ("Cognome;Nome;Mail", (1, 0)),
        ("Nume;Prenume;Mail", (1, 0)),
        ("Příjmení;Jméno;Mail", (1, 0)),
        ("Прізвище;Ім’я;Mail", (1, 0)),
        ("SURNAME;GIVEN NAMES;Mail", (1, 0)),
        ("last_name;first_name;Mail", (1, 0)),
        ("Frotz;Blarg;Mail", (1, 0)),
        ("Voornaam;Achternaam;Mail", (0, 1)),
    ],
)
def test_n2_names_in_two_columns(heading, mapping):
    left = {(1, 0): "{1};{0}", (0, 1): "{0};{1}"}[mapping]
    lines = [(left + ";{2}@mail.example").format(*person) for person in GRADUATES]
    result = read("\n".join([heading, *lines]))
    assert result.mapping.name == mapping
    assert result.rows[0].name == "Maria Rossi"


def test_names_in_two_columns_that_nothing_puts_in_order_stay_as_they_stand():
    lines = [
        "Δήμητρα;Παπαδοπούλου;a1@mail.example",
        "Κώστας;Χατζής;a2@mail.example",
        "Ελένη;Αλεξίου;a3@mail.example",
    ]
    assert read("\n".join(["α;β;γ", *lines])).rows[0].name == "Δήμητρα Παπαδοπούλου"


def test_a_name_in_three_columns():
    text = (
        "Voornaam;Tussenvoegsel;Achternaam;E-mail\nJan;van der;Berg;j@mail.example\n"
        "Eva;;Smit;e@mail.example\n"
    )
    assert [row.name for row in read(text).rows] == ["Jan van der Berg", "Eva Smit"]


@pytest.mark.parametrize(
    "heading",
    ["Nachname, Vorname", "Imię i nazwisko", "Ονοματεπώνυμο", "Full name", "Nom / Prénom", "Ad Soyad", "ПІБ"],
)
def test_n2_full_names_beside_other_words(heading):
    text = (
        f"Benutzername;{heading};Ort;Gruppe;E-Mail\nmrossi;Maria Rossi;Roma;Rot;m@mail.example\n"
        "jnowak;Jan Nowak;Poznań;Blau;j@mail.example\nokowal;Ola Kowal;Roma;Rot;o@mail.example\n"
    )
    result = read(text)
    assert (result.mapping.name, result.mapping.completed) == ((1,), ())
    assert all(done(result))


def test_n2_several_columns_of_addresses():
    result = read(
        "First name,Surname,Username,Email address,Secondary email,Tutor's email\n"
        "Maria,Rossi,maria@old.example,m@mail.example,mm@x.example,t@mail.example\n"
        "Jan,Nowak,jan@old.example,j@mail.example,,t@mail.example\n"
    )
    assert result.mapping.email == 3
    result = read("a;b\nt@mail.example;m@mail.example\nt@mail.example;j@mail.example\n")
    assert result.mapping.email == 1


def test_columns_of_few_words_that_are_no_completion():
    result = read(
        "Name,Email,Country,Role,Group,Gender\nMaria Rossi,m@mail.example,Italy,Student,A,f\n"
        "Jan Nowak,j@mail.example,Poland,Student,B,m\nOla Li,o@mail.example,Italy,Student,A,f\n"
    )
    assert result.mapping == ColumnMapping((0,), 1, (), None)
    assert all(done(result))


def test_the_heading_decides_between_flags():
    result = read(
        "Name,Email,Newsletter,Course completed\nMaria Rossi,m@mail.example,no,yes\n"
        "Jan Nowak,j@mail.example,yes,no\n"
    )
    assert (result.mapping.completed, done(result)) == ((3,), [True, False])


def test_dates_of_birth_and_enrolment_are_not_taken():
    result = read(
        "Name,Email,Geburtsdatum,Eingeschrieben am,Abschlussdatum\n"
        "Maria Rossi,m@mail.example,12.05.1980,01.03.2026,12.05.2026\n"
        "Jan Nowak,j@mail.example,12.05.1990,01.03.2026,\n"
    )
    assert (result.mapping.completed_on, done(result)) == (4, [True, False])
    result = read("Name,Email,Date of birth\nMaria Rossi,m@mail.example,1980-05-12\n")
    assert result.mapping.completed_on is None


def test_n2_nobody_has_finished_yet():
    result = read(
        "Name,Email,Unit 1,Unit 1 - Completion date,Course complete\n"
        "Maria Rossi,m@mail.example,Not completed,,\n"
    )
    assert done(result) == [False]
    assert done(read("Name;Email;completed_on\nMaria Rossi;m@mail.example;\n")) == [False]


def test_n2_moodle_states_of_all_kinds():
    text = (
        "Name,Email,Quiz,,Text,\n"
        "A Rossi,a@mail.example,Completed (achieved pass grade),2026-05-12,Completed,2026-05-12\n"
        "B Rossi,b@mail.example,Completed (did not achieve pass grade),2026-05-12,Completed,2026-05-12\n"
        "C Rossi,c@mail.example,Completed,2026-05-12,Not completed,\n"
        "D Rossi,d@mail.example,Completed,2026-05-12,Completed,2026-05-12\n"
    )
    assert done(read(text)) == [True, False, False, True]


def test_n2_activity_progress_without_any_heading():
    text = (
        "Maria Rossi\tm@mail.example\tkip\t2026-05-12\tkip\t2026-05-12\n"
        "Jan Nowak\tj@mail.example\tkip\t2026-05-12\twopol\t\n"
        "Ola Kowal\to@mail.example\tkip\t2026-05-12\tkip\t2026-05-12\n"
    )
    result = read(text, "utf-16")
    assert result.mapping == ColumnMapping((0,), 1, (2, 4), None)
    assert done(result) == [True, False, True]


@pytest.mark.parametrize("number", ["46154", "46154.7646", "1778610067", "1778610067000"])
def test_n2_dates_as_bare_numbers_under_a_heading(number):
    for heading in [
        "Name,Email,Completion date",
        "fullname,email,timecompleted",
        "Name,Email,Abschlussdatum",
    ]:
        result = read(f"{heading}\nMaria Rossi,m@mail.example,{number}\nJan Nowak,j@mail.example,\n")
        assert (result.mapping.completed_on, days(result)) == (2, ["2026-05-12", None])


def test_bare_numbers_under_other_headings_are_no_dates():
    result = read("Name,Email,Phone\nMaria Rossi,m@mail.example,46154\nJan Nowak,j@mail.example,46155\n")
    assert (result.mapping.completed_on, done(result)) == (None, [True, True])


def test_the_same_name_on_many_lines_is_a_name_all_the_same():
    lines = [f"Käthe Groß\tperson{place}@mail.example\tAbgeschlossen\t2026-05-12" for place in range(300)]
    result = read("\n".join(["\tE-Mail-Adresse\tEinheit 1\t", *lines]), "utf-16")
    assert {row.name for row in result.rows} == {"Käthe Groß"}


def test_one_activity_brings_its_date_along():
    result = read(
        "Name;Mail;zumi;\nMaria Rossi;m@mail.example;kip;2026-05-12\nJan Nowak;j@mail.example;wopol;\n"
    )
    assert result.mapping == ColumnMapping((0,), 1, (2,), 3)
    assert days(result) == ["2026-05-12", None]


@pytest.mark.parametrize(
    "mapping",
    [
        ColumnMapping((0,), None),
        ColumnMapping((0,), 3),
        ColumnMapping((0,), -1),
        ColumnMapping((3,), 1),
        ColumnMapping((0, 0), 1),
        ColumnMapping((0,), 1, (3,)),
        ColumnMapping((0,), 1, (2, 2)),
        ColumnMapping((0,), 1, (), 3),
        ColumnMapping((0,), True),
    ],
)
def test_mappings_that_do_not_fit(mapping):
    with pytest.raises(InvalidMapping) as refused:
        check_mapping(mapping, 3)
    assert refused.value.code == "invalid_mapping"
    with pytest.raises(InvalidMapping):
        read("name;email;date\nMaria Rossi;m@mail.example;2026-05-12\n", mapping=mapping)


def test_a_mapping_that_fits():
    check_mapping(ColumnMapping((0,), 1, (2,), 2), 3)
    check_mapping(ColumnMapping((), 0), 1)
