"""What a mail says: the sender's own words, in whatever language her program wraps them; and what is no
person's mail."""

from __future__ import annotations

import time
from email.message import EmailMessage

import pytest

from tests.web.incoming.mails import LETTER, OURS, REPLY, TOKEN, mail, quoted
from web.incoming.plain import plain_text
from web.incoming.reading import LARGEST, Incoming, read
from web.incoming.words import own_words

WRITTEN_BY = {
    "English": "On Mon, Nov 23, 2026 at 9:04 AM mentorNET\n<post@mentors.example> wrote:",
    "German": "Am Mo., 23. Nov. 2026 um 09:04 Uhr schrieb mentorNET <\npost@mentors.example>:",
    "German by name": "Am 23.11.26 um 09:04 schrieb mentorNET:",
    "French": "Le lun. 23 nov. 2026 à 09:04, mentorNET <post@mentors.example> a écrit :",
    "Ukrainian": "пн, 23 лист. 2026 р. о 09:04 mentorNET <post@mentors.example> пише:",
    "Arabic": "\u200fفي الاثنين، ٢٣ نوفمبر ٢٠٢٦ في ٩:٠٤ ص تمت كتابة ما يلي بواسطة "
              "\u202amentorNET\u202c\u200f <\u202apost@mentors.example\u202c\u200f>:\u202c",
    "Turkish": "mentorNET <post@mentors.example>, 23 Kas 2026 Pzt, 09:04 tarihinde şunu yazdı:",
    "Chinese": "mentorNET <post@mentors.example> 于2026年11月23日周一 09:04写道：",
    "Outlook": "________________________________\nVon: mentorNET <post@mentors.example>\n"
               "Gesendet: Montag, 23. November 2026 09:04\nAn: Mina <mina@mail.example>\nBetreff: Ann",
    "old Outlook": "-----Ursprüngliche Nachricht-----\nVon: mentorNET <post@mentors.example>\nAn: Mina",
}  # fmt: skip
WORDS = "Yes, I have one!\n\nSee you at 10:30.\nMina"


def of(raw: bytes) -> Incoming:
    return read(raw, REPLY, OURS)


@pytest.mark.parametrize("language", WRITTEN_BY)
@pytest.mark.parametrize("how", ["quoted", "copied", "all quoted", "without our line"])
def test_only_what_she_wrote_is_left_in_every_language(language: str, how: str) -> None:
    above = WRITTEN_BY[language]
    if how == "copied":
        body = f"{WORDS}\n\n{above}\n\n{LETTER}"
    elif how == "all quoted":
        body = f"{WORDS}\n\n{quoted(above)}\n{quoted()}"
    elif how == "without our line" and "Outlook" not in language:
        body = f"{WORDS}\n\n{above}\n> Hello Mina,\n> “Who has a form?”\n"
    else:
        body = f"{WORDS}\n\n{above}\n\n{quoted()}"
    assert of(mail(body)).words == WORDS


@pytest.mark.parametrize("end", ["-- \nMina\n+49 30 1", "Von meinem iPhone gesendet", "Надіслано з iPhone"])
def test_signatures_are_left_out(end: str) -> None:
    assert of(mail(f"{WORDS}\n\n{end}\n\n{WRITTEN_BY['English']}\n{quoted()}")).words == WORDS


@pytest.mark.parametrize(
    "words",
    [
        "I like mentorNET.", "They wrote:\nno.", "1. First\n2. Second: mentorNET\n", "a > b",
        "Time: 10:30\nPlace: here",
        "> an old saying\n\nsays it all", "On Monday, 23 of us meet at 9:", "- one\n- two",
    ],
)  # fmt: skip
def test_words_that_look_like_a_mails_stay(words: str) -> None:
    assert of(mail(f"{words}\n\n{WRITTEN_BY['German']}\n\n{quoted()}")).words == words.strip()
    assert own_words(words, ("post@mentors.example",)) == words.strip()


def test_html_is_read_where_there_is_no_text() -> None:
    html = (
        "<html><head><style>p {color: red}</style></head><body><div>Grüße &amp; <b>danke</b></div>"
        "<div>Zeile zwei</div><ul><li>eins</li></ul><br><div class='gmail_quote'><div>Am Mo., 23. Nov. 2026 "
        "um 09:04 Uhr schrieb mentorNET &lt;post@mentors.example&gt;:</div><blockquote><p>#-#-# x #-#-#</p>"
        "<p>Hello</p></blockquote></div></body></html>"
    )
    assert of(mail("\n", html=html)).words == "Grüße & danke\nZeile zwei\n- eins"
    assert of(mail("Text\n", html=html)).words == "Text"
    assert plain_text("<p>a<script>b</script></p><p>c</p><!-- d --><pre>e\n f</pre>") == "a\nc\ne\n f"


def test_text_comes_in_every_charset_and_lines_in_one_piece() -> None:
    def bare(charset: str, body: bytes, more: str = "") -> bytes:
        head = f"From: mina@mail.example\nTo: reply+{TOKEN}@mentors.example\nContent-Type: text/plain;{more}"
        return f"{head} charset={charset}\nContent-Transfer-Encoding: 8bit\n\n".encode() + body

    assert of(bare("koi8-u", "Дякую".encode("koi8-u"))).words == "Дякую"
    assert of(bare("windows-1256", "شكرا".encode("windows-1256"))).words == "شكرا"
    assert of(bare("iso-8859-1", "Grüße".encode("latin-1"))).words == "Grüße"
    assert of(bare("no-such-thing", "Grüße".encode())).words == "Grüße"
    assert of(bare("us-ascii", "Grüße".encode("latin-1"))).words == "Grüße"
    assert of(bare("punycode", b"a-" * 50)).words == "a-" * 50
    flowed = b"This is one \nlong line.\n\n> old \n> one\n"
    assert of(bare("utf-8", flowed, " format=flowed;")).words == "This is one long line."


def test_files_are_passed_over() -> None:
    made = EmailMessage()
    made["From"], made["To"] = "mina@mail.example", f"reply+{TOKEN}@mentors.example"
    made.set_content("With a picture.\n")
    made.add_attachment(b"\xff\xd8" + b"x" * 5000, maintype="image", subtype="jpeg", filename="a.jpg")
    made.add_attachment("secret notes", filename="notes.txt")
    inner = EmailMessage()
    inner.set_content("forwarded")
    made.add_attachment(inner)
    assert of(made.as_bytes()).words == "With a picture."


@pytest.mark.parametrize(
    "sender",
    [
        "mina@mail.example, eva@mail.example", '"mina@mail.example" <mina@mail.example> <eva@mail.example>',
        "mina@mail.example (eva@mail.example)", "mina@mail.example <eva@mail.example", "", "Mina",
        "alice@a.example)bob@b.example", "<mina@mail.example>eva@mail.example",
    ],
)  # fmt: skip
def test_a_sender_that_can_be_read_in_two_ways_is_none(sender: str) -> None:
    raw = f"From: {sender}\nTo: reply+{TOKEN}@mentors.example\n\nHi\n".encode()
    assert of(raw).sender is None
    assert of(b"From: mina@mail.example\n" + raw).sender is None


def test_who_wrote_where() -> None:
    for said in ("mina@mail.example", "<mina@mail.example>", '"Petrenko, Mina" <mina@mail.example>',
                 "=?utf-8?q?M=C3=ADna?= <mina@mail.example>"):  # fmt: skip
        assert of(f"From: {said}\nTo: X\n\nHi\n".encode()).sender == "mina@mail.example"
    upper = f"Reply+{TOKEN.upper()}@Mentors.Example"
    assert of(mail(to=f"Ann <ann@mail.example>, {upper}")).tokens == (TOKEN,)
    assert of(mail(to="list@mail.example", Delivered_To=f"reply+{TOKEN}@mentors.example")).tokens == (TOKEN,)
    for other in (f"xreply+{TOKEN}@mentors.example", f"reply+{TOKEN}@mentors.example.evil.example",
                  f"reply+{TOKEN}a@mentors.example", REPLY):  # fmt: skip
        assert of(mail(to=other)).tokens == ()


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"}, {"Auto-Submitted": "auto-generated; x=y"}, {"Precedence": "bulk"},
        {"X-Auto-Response-Suppress": "All"}, {"Return-Path": "<>"}, {"X-Autoreply": "yes"},
        {"List-Id": "<l.example>"},
        {"From": "MAILER-DAEMON@mail.example"}, {"From": "post@mentors.example"}, {"From": REPLY},
        {"From": f"reply+{TOKEN}@mentors.example"}, {"Content-Type": "multipart/report; boundary=x"},
    ],
)  # fmt: skip
def test_a18_what_no_person_wrote_is_known(headers: dict[str, str]) -> None:
    said = {"From": "mina@mail.example", "To": f"reply+{TOKEN}@mentors.example", **headers}
    raw = "".join(f"{name}: {value}\n" for name, value in said.items()) + "\nI am away.\n"
    assert of(raw.encode()).automatic is not None
    assert of(mail(Auto_Submitted="no", Return_Path="<mina@mail.example>")).automatic is None


BOMBS = {
    "10 MB": b"From: m@a.example\n\n" + b"x" * (10 << 20),
    "one line after the other": b"From: m@a.example\n\n" + b"> a\n" * 250_000,
    "blank lines": b"From: m@a.example\n\n" + b"\n" * 1_000_000,
    "fields": b"From: m@a.example\n\n" + b"From: a\n" * 120_000,
    "headers": b"a:b\n" * 250_000 + b"\nx",
    "a long header": b"From: " + b"a" * 900_000 + b"@b.example\n\nx",
    "a long name": b'From: "' + b"\\" * 900_000 + b'" <m@a.example>\n\nx',
    "addresses": b"To: " + b"reply+a@mentors.example, " * 40_000 + b"\n\nx",
    "parts": b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n\nx\n" * 100_000,
    "nested": b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(290))
    + b"\nx",
    "on and on": b"From: m@a.example\n\n" + b"On " * 300_000,
    "colons": b"From: m@a.example\n\n" + b"1:2 " * 200_000 + b":",
    "open tags": b"From: m@a.example\nContent-Type: text/html\n\n" + b"<a " * 300_000,
    "open comments": b"From: m@a.example\nContent-Type: text/html\n\n" + b"<!--" * 250_000,
    "open declarations": b"From: m@a.example\nContent-Type: text/html\n\n" + b"<![" * 300_000 + b">",
    "one tag": b"From: m@a.example\nContent-Type: text/html\n\n" + b"<a " * 60_000 + b">",
    "equal signs": b"From: m@a.example\nContent-Type: text/html\n\n<a " + b"=" * 190_000 + b">",
    "open ends": b"From: m@a.example\nContent-Type: text/html\n\n" + b"</a " * 45_000 + b">",
    "instructions": b"From: m@a.example\nContent-Type: text/html\n\n" + b"<?" * 90_000 + b">",
    "scripts": b"From: m@a.example\nContent-Type: text/html\n\n<script>" + b"</scrip " * 20_000 + b">",
    "references": b"From: m@a.example\nContent-Type: text/html\n\n" + b"&" * 190_000 + b"<b>",
    "deep blocks": b"From: m@a.example\nContent-Type: text/html\n\n" + b"<blockquote>" * 90_000,
    "zeros": b"\0" * 1_000_000,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a10_no_mail_takes_long_to_read(bomb: str) -> None:
    began = time.process_time()
    try:
        assert len(of(BOMBS[bomb][:LARGEST]).words) <= LARGEST
    except ValueError:
        assert bomb in ("parts", "nested", "headers", "a long header", "a long name", "addresses", "zeros")
    assert time.process_time() - began < 2
