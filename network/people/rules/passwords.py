"""When a password is good enough to be chosen, and in which form it is compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from network.kernel.errors import FieldFault, Invalid
from network.kernel.translation import mark as _

SHORTEST = 8
LONGEST = 128

_WORDS = Path(__file__).with_name("common_words.txt")
_ROWS = (
    "12345678901234567890", "qwertyuiop", "qwertzuiopü", "azertyuiop", "asdfghjklöä", "zxcvbnm", "yxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "1q2w3e4r5t6z7u8i9o0p", "1q2w3e4r5t6y7u8i9o0p", "qayxswedcvfrtgb",
    "qazwsxedcrfvtgb", "abcdefghijklmnopqrstuvwxyz", "1a2b3c4d5e6f7g8h9i", "a1b2c3d4e5f6g7h8i9", "147258369",
    "йцукенгшщзхъ", "фывапролджэ", "абвгдежзиклмн",
)  # fmt: skip
_DISGUISE = str.maketrans("013457@$!€", "oieastasie")
_NO_LETTER = re.compile(r"[\W\d_]+")
_NO_SIGN = re.compile(r"[\W_]+")
_AROUND = re.compile(r"\A[\W\d_]+|[\W\d_]+\Z")


def clean_password(password: str) -> str:
    """The form in which passwords are hashed and compared, so that the same keys give the same password on
    every device: NFKC, every kind of space one plain space (after RFC 8265 and RFC 4013)."""
    spaced = "".join(" " if unicodedata.category(sign) == "Zs" else sign for sign in password)
    return unicodedata.normalize("NFKC", spaced)


def check_password(
    password: str, *, email: str | None = None, name: str | None = None, field: str = "password"
) -> str:
    """The clean form of a password that may be chosen. Raises Invalid under `field` for fewer than 8 or more
    than 128 characters, control characters, and what everybody would try first: common words with figures
    around them, runs on the keyboard, repetitions, dates, the person's own address or name (ASVS 6.2)."""
    cleaned = clean_password(password)
    if len(cleaned) < SHORTEST:
        raise Invalid({field: FieldFault.of(_("Please take at least %(n)s characters."), n=SHORTEST)})
    if len(cleaned) > LONGEST:
        raise Invalid({field: FieldFault.of(_("Please take at most %(n)s characters."), n=LONGEST)})
    if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in cleaned):
        raise Invalid({field: FieldFault.of(_("This password has signs in it that cannot be typed."))})
    if is_common(cleaned) or _is_about(cleaned, email or "", name or ""):
        raise Invalid({field: FieldFault.of(_("This password is easy to guess. Three words work well."))})
    return cleaned


def is_common(password: str) -> bool:
    """True for what stands at the top of every list of passwords."""
    folded = _folded(password)
    plain = _NO_SIGN.sub("", folded)
    if len(set(plain)) <= 3 or _is_run(plain) or _is_repeated(plain):
        return True
    if plain.isdecimal():
        return len(plain) < 16
    return any(_is_easy(letters) for letters in _readings(folded))


def _readings(folded: str) -> set[str]:
    # `Passw0rt!23`, `$ecret99`, `2024summer` and `d.r.a.g.o.n` all hide one word.
    bare = _AROUND.sub("", folded).translate(_DISGUISE)
    undisguised = _AROUND.sub("", folded.translate(_DISGUISE))
    return {_NO_LETTER.sub("", text) for text in (folded, bare, undisguised)}


def _is_easy(letters: str) -> bool:
    # Nothing, a run, or at most two common words; three are a passphrase, if a plain one.
    words = common_words()
    if not letters or letters in words or _is_run(letters) or _is_repeated(letters):
        return True
    return any(letters[:cut] in words and letters[cut:] in words for cut in range(3, len(letters) - 2))


def _is_run(text: str) -> bool:
    return len(text) >= 4 and any(text in row or text[::-1] in row for row in _folded_rows())


def _is_repeated(text: str) -> bool:
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, len(text) // 2 + 1))


def _is_about(password: str, email: str, name: str) -> bool:
    # Their own address or name with little around it, or nothing but figures and common words.
    folded = _NO_SIGN.sub("", _folded(password))
    local, _at, domain = _folded(email).partition("@")
    known = {_NO_SIGN.sub("", text) for text in (local, domain, local + domain, _folded(name))}
    known |= {*_NO_SIGN.split(_folded(name)), *_NO_SIGN.split(local)}
    rests = (folded.replace(part, "", 1) for part in known if len(part) >= 3 and part in folded)
    return any(len(rest) < 5 or is_common(rest) for rest in rests)


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


@lru_cache(maxsize=1)
def _folded_rows() -> tuple[str, ...]:
    return tuple(_folded(row) for row in _ROWS)


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """Our own list of words that a guess would begin with."""
    return frozenset(_folded(word) for word in _WORDS.read_text(encoding="utf-8").split())
