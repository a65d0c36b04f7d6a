"""Draws a friendly face for everybody who shows no photo: the same seed always gives the same face."""

# ruff: noqa: E501 - a path is one thing, however long

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Literal

from markupsafe import Markup

from web.pictures.face_parts import (
    ACCENT,
    BEARDS,
    GLASSES,
    HAIR_BACK,
    HAIR_FRONT,
    HAIR_TONES,
    SKIN_TONES,
    collar,
    headscarf_back,
    headscarf_front,
)

Hair = Literal[
    "short", "crop", "side", "quiff", "curls", "afro", "long", "wavy", "bob", "bun", "ponytail", "braid",
    "pixie", "locs", "receding", "bald", "scarf", "turban", "cap",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Face:
    """What a face is put together from; colours are names of `SKIN_TONES`, `HAIR_TONES` or hex."""

    skin: str = "peach"
    hair: Hair = "short"
    tone: str = "brown"
    back: str = "#dfe3cf"
    clothes: str = "#40566b"
    neckline: Literal["round", "v", "shirt", "turtle"] = "round"
    cloth: str = "#2f6f73"
    glasses: Literal["", "round", "square", "half"] = ""
    beard: Literal["", "full", "short", "moustache", "goatee"] = ""
    old: bool = False
    earrings: bool = False
    freckles: bool = False
    smile: Literal["calm", "wide", "open"] = "calm"


BACKS = (
    "#f3dcc0",
    "#dfe3cf",
    "#f0e3c6",
    "#d6e5d6",
    "#efd9cd",
    "#dbe4ee",
    "#f5dfb0",
    "#ead7e2",
    "#cfe0e3",
    "#e4dced",
)
CLOTHES = ("#274f5a", "#5a6b4b", "#4a6f9b", "#c0783a", "#75506d", "#8a5a78", "#356a5e", "#b4533c", "#40566b", "#3f6f52",
           "#7b4b3a", "#54508c", "#a3752c", "#2f5d7c")  # fmt: skip
CLOTHS = ("#2f6f73", "#8a4f6b", "#3f5f8c", "#a0522f", "#5c6b3a", "#6a5390", "#b07a2a", "#40525e")

# Given to people who chose nothing: nothing here says who somebody is (no beard, no covered head, no age).
_NEUTRAL_HAIR: tuple[Hair, ...] = ("short", "side", "quiff", "curls", "wavy", "bob", "bun", "pixie", "crop")

# Ready-made people, for the demo and for everybody who would rather choose a face than get one.
FACES: dict[str, Face] = {
    "amina": Face("honey", "scarf", back="#f3dcc0", clothes="#274f5a", cloth="#2f6f73"),
    "fatma": Face("almond", "long", "black", "#ead7e2", "#b4533c", glasses="round", earrings=True),
    "jonas": Face("rose", "receding", "grey", "#dfe3cf", "#5a6b4b", "shirt", glasses="round", old=True),
    "olena": Face("rose", "bun", "blond", "#dbe4ee", "#8a5a78", smile="wide"),
    "samuel": Face("cocoa", "crop", "black", "#f5dfb0", "#356a5e", smile="wide"),
    "maria": Face("honey", "curls", "silver", "#efd9cd", "#75506d", glasses="round", old=True),
    "lan": Face("honey", "bob", "black", "#f0e3c6", "#4a6f9b"),
    "leyla": Face("almond", "afro", "darkbrown", "#d6e5d6", "#c0783a", smile="wide", earrings=True),
    "piotr": Face("rose", "side", "brown", "#cfe0e3", "#40566b", "shirt", beard="full"),
    "ibrahim": Face("espresso", "crop", "black", "#e4dced", "#b4533c", beard="full"),
    "rosa": Face("bronze", "bun", "black", "#f4d9c9", "#3f6f52", earrings=True),
    "uwe": Face("honey", "quiff", "silver", "#d8e2dc", "#7b4b3a", "v", old=True),
    "henrik": Face("rose", "side", "darkblond", "#dbe4ee", "#2f5d7c", "shirt", glasses="square"),
    "tomek": Face("peach", "quiff", "darkblond", "#efd9cd", "#3f6f52", beard="short"),
    "nadia": Face("almond", "scarf", back="#e4dced", clothes="#54508c", cloth="#8a4f6b", smile="wide"),
    "khaled": Face("almond", "short", "black", "#cfe0e3", "#7b4b3a", beard="short", smile="wide"),
    "moussa": Face("espresso", "locs", "black", "#f5dfb0", "#54508c"),
    "grace": Face("cocoa", "braid", "black", "#d6e5d6", "#a3752c", earrings=True, smile="open"),
    "yasmin": Face("honey", "wavy", "darkbrown", "#f3dcc0", "#75506d", smile="wide"),
    "dilan": Face("almond", "ponytail", "darkbrown", "#dbe4ee", "#3f6f52"),
    "eleni": Face("honey", "wavy", "chestnut", "#cfe0e3", "#b4533c", earrings=True),
    "nikos": Face("honey", "curls", "grey", "#f0e3c6", "#40566b", "shirt", beard="moustache", old=True),
    "sofia": Face("peach", "bob", "chestnut", "#ead7e2", "#356a5e", glasses="square"),
    "giorgos": Face("almond", "receding", "black", "#dfe3cf", "#274f5a", beard="short"),
    "anna": Face("rose", "pixie", "white", "#d6e5d6", "#8a5a78", glasses="half", old=True),
    "helga": Face("rose", "bob", "white", "#f3dcc0", "#2f5d7c", old=True, earrings=True),
    "werner": Face("peach", "bald", "grey", "#e4dced", "#5a6b4b", "shirt", beard="moustache", old=True),
    "petra": Face("peach", "wavy", "red", "#dfe3cf", "#274f5a", freckles=True, smile="wide"),
    "mehmet": Face("almond", "side", "silver", "#efd9cd", "#40566b", "v", beard="moustache", old=True),
    "ayse": Face(
        "honey", "scarf", back="#dfe3cf", clothes="#7b4b3a", cloth="#b07a2a", glasses="round", old=True
    ),
    "harpreet": Face(
        "bronze", "turban", "black", "#cfe0e3", "#5a6b4b", "shirt", cloth="#3f5f8c", beard="full"
    ),
    "priya": Face("bronze", "long", "black", "#f5dfb0", "#8a4f6b", earrings=True, smile="wide"),
    "wei": Face("honey", "short", "black", "#d6e5d6", "#54508c", glasses="square"),
    "mei": Face("peach", "ponytail", "black", "#f4d9c9", "#2f5d7c", smile="wide"),
    "carlos": Face("bronze", "quiff", "black", "#dfe3cf", "#b4533c", "v", beard="goatee"),
    "lucia": Face("almond", "curls", "black", "#f0e3c6", "#356a5e", glasses="round", smile="open"),
    "abebe": Face("cocoa", "afro", "black", "#dbe4ee", "#a3752c", glasses="half"),
    "senait": Face("cocoa", "scarf", back="#dbe4ee", clothes="#356a5e", cloth="#e9dfc8", smile="wide"),
    "tesfay": Face("bronze", "curls", "black", "#e4dced", "#3f6f52", beard="goatee"),
    "zahra": Face("honey", "scarf", back="#dbe4ee", clothes="#40566b", cloth="#40525e"),
    "reza": Face("almond", "wavy", "darkbrown", "#d8e2dc", "#2f5d7c", beard="short", glasses="round"),
    "ivana": Face("rose", "long", "darkblond", "#cfe0e3", "#75506d", freckles=True),
    "marek": Face("peach", "crop", "brown", "#f3dcc0", "#54508c", "turtle", smile="wide"),
    "kasia": Face("rose", "braid", "blond", "#ead7e2", "#3f6f52", smile="wide"),
    "dmytro": Face("rose", "short", "darkblond", "#f5dfb0", "#5a6b4b", "turtle"),
    "svitlana": Face("peach", "bun", "grey", "#d6e5d6", "#b4533c", glasses="half", old=True),
    "fatou": Face(
        "espresso", "turban", "black", "#f4d9c9", "#a3752c", cloth="#b4533c", earrings=True, smile="open"
    ),
    "kwame": Face("espresso", "bald", "black", "#dfe3cf", "#2f5d7c", "v", beard="short", glasses="square"),
    "jo": Face("peach", "cap", "red", "#cfe0e3", "#7b4b3a", freckles=True, cloth="#5c6b3a"),
    "robin": Face("honey", "pixie", "chestnut", "#e4dced", "#356a5e", "turtle", glasses="round"),
    "annika": Face("rose", "ponytail", "blond", "#efd9cd", "#274f5a", freckles=True, smile="open"),
    "emre": Face("almond", "quiff", "darkbrown", "#f0e3c6", "#4a6f9b", smile="wide"),
    "sabine": Face("rose", "bob", "grey", "#f0e3c6", "#40566b", glasses="round", smile="wide", earrings=True),
    "amara": Face("espresso", "braid", "black", "#cfe0e3", "#274f5a", earrings=True),
    "bogdan": Face("rose", "side", "grey", "#f5dfb0", "#3f6f52"),
    "yusuf": Face("honey", "side", "black", "#d6e5d6", "#c0783a", beard="full", smile="wide"),
    "shirin": Face("honey", "long", "black", "#dbe4ee", "#5a6b4b"),
    "daniel": Face("espresso", "crop", "black", "#f0e3c6", "#40566b", glasses="round"),
    "tatjana": Face("rose", "bob", "chestnut", "#cfe0e3", "#356a5e", glasses="round", earrings=True),
    "hassan": Face("honey", "side", "grey", "#f5dfb0", "#75506d", beard="moustache"),
    "birgit": Face(
        "rose", "pixie", "white", "#d6e5d6", "#4a6f9b", glasses="round", old=True, smile="wide", earrings=True
    ),
    "klaus": Face("rose", "receding", "white", "#dbe4ee", "#7b4b3a", old=True),
    "elif": Face("honey", "wavy", "brown", "#f0e3c6", "#274f5a", earrings=True),
    "natalia": Face("peach", "long", "brown", "#efd9cd", "#3f6f52", smile="wide"),
    "dragana": Face("peach", "bob", "black", "#cfe0e3", "#c0783a", earrings=True),
    "selam": Face("cocoa", "curls", "black", "#d6e5d6", "#40566b", smile="wide", earrings=True),
    "joao": Face("bronze", "curls", "brown", "#dbe4ee", "#b4533c", beard="short"),
    "khadija": Face("bronze", "scarf", "darkbrown", "#efd9cd", "#356a5e", cloth="#2f6f73", glasses="round"),
    "ingrid": Face("rose", "wavy", "white", "#f0e3c6", "#75506d", old=True, smile="wide"),
    "omid": Face("honey", "side", "black", "#cfe0e3", "#4a6f9b"),
    "ruth": Face(
        "peach", "curls", "grey", "#d6e5d6", "#274f5a", glasses="round", old=True, smile="wide", earrings=True
    ),
    "zoe": Face("rose", "long", "blond", "#dbe4ee", "#3f6f52"),
    "thomas": Face("rose", "side", "brown", "#f0e3c6", "#c0783a", beard="moustache"),
    "mariam": Face("espresso", "scarf", "darkbrown", "#efd9cd", "#5a6b4b", cloth="#4a6f9b", smile="wide"),
    "arben": Face("peach", "side", "black", "#cfe0e3", "#40566b"),
    "agnieszka": Face("rose", "bob", "brown", "#cfe0e3", "#b4533c", glasses="square"),
    "iryna": Face("rose", "wavy", "blond", "#dbe4ee", "#4a6f9b", earrings=True),
    "tadiwa": Face("espresso", "crop", "black", "#f5dfb0", "#7b4b3a", smile="wide"),
    "anil": Face("bronze", "side", "black", "#efd9cd", "#3f6f52"),
}


def face_of(seed: str) -> Face:
    """Return the ready-made face of that name, otherwise a neutral one that depends on nothing but the seed."""
    named = FACES.get(seed.casefold())
    if named:
        return named
    digest = sha256(seed.encode()).digest()
    face = Face(
        skin=list(SKIN_TONES)[digest[0] % len(SKIN_TONES)],
        hair=_NEUTRAL_HAIR[digest[1] % len(_NEUTRAL_HAIR)],
        tone=("black", "darkbrown", "black")[digest[2] % 3],
        back=BACKS[digest[3] % len(BACKS)],
        clothes=CLOTHES[digest[4] % len(CLOTHES)],
        neckline=("round", "v", "shirt", "turtle")[digest[5] % 4],
        glasses=("", "", "", "round", "square")[digest[6] % 5],
        smile=("calm", "wide", "calm")[digest[7] % 3],
    )
    light = face.skin in ("rose", "peach")
    return (
        replace(face, tone=("blond", "darkblond", "red", "brown", "chestnut", "brown")[digest[8] % 6])
        if light
        else face
    )


def drawn_face(seed: str) -> Markup:
    """Return the face of a seed as inline SVG, hidden from screen readers: the name stands beside it."""
    return Markup(  # noqa: S704 - made of our own constants only; the seed itself never enters the text
        f'<svg viewBox="0 0 48 48" aria-hidden="true" focusable="false">{_strokes(face_of(seed))}</svg>'
    )


def drawn_face_file(seed: str) -> bytes:
    """Return the face of a seed as an SVG file in UTF-8, fit for an `<img>`."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48" width="96" height="96">'
        f"{_strokes(face_of(seed))}</svg>"
    ).encode()


def _strokes(face: Face) -> str:
    """Put the parts on top of each other, from the background to the glasses."""
    skin, shade = SKIN_TONES[face.skin]
    tone = HAIR_TONES.get(face.tone, face.tone)
    covered = face.hair == "scarf"
    parts = [f'<circle cx="24" cy="24" r="24" fill="{face.back}"/>']
    if covered:
        parts.append(headscarf_back(face.cloth))
    parts.append(HAIR_BACK.get(face.hair, "").format(tone=tone, cloth=face.cloth))
    parts.append(
        f'<path fill="{face.clothes}" d="M7.2 41.1C9 36.1 15.2 33.6 24 33.6s15 2.5 16.8 7.5A24 24 0 0 1 7.2 41.1z"/>'
    )
    if not covered:
        parts.append(f'<path fill="{shade}" d="M20 27.5h8v6.4c0 2.4-8 2.4-8 0z"/>')
        parts.append(collar(face.neckline, face.clothes, skin))
        parts.append(
            f'<circle cx="15.4" cy="22.3" r="1.9" fill="{shade}"/><circle cx="32.6" cy="22.3" r="1.9" fill="{shade}"/>'
        )
    parts.append(
        f'<ellipse cx="24" cy="21.5" rx="{8 if covered else 8.7}" ry="{9.3 if covered else 10}" fill="{skin}"/>'
    )
    if face.freckles:
        parts.append(
            f'<path d="M18.6 24.3h.01M20.2 25h.01M19.3 25.8h.01M29.4 24.3h.01M27.8 25h.01M28.7 25.8h.01" stroke="{shade}" stroke-width=".9" stroke-linecap="round"/>'
        )
    if face.old:
        parts.append(
            f'<path d="M17.6 23.9q1 .9 2.3.7M30.4 23.9q-1 .9-2.3.7M19.6 27.2q-.6.7-.5 1.6M28.4 27.2q.6.7.5 1.6" fill="none" stroke="{shade}" stroke-width=".7" stroke-linecap="round"/>'
        )
    parts.append(BEARDS[face.beard].format(tone=tone))
    dark = face.skin in ("cocoa", "espresso")
    brow = tone if face.tone not in ("white", "silver", "grey", "blond") else shade
    if dark:
        brow = "#1a1210"
    parts.append(
        f'<path d="M18.7 18.7q1.7-1 3.4-.1M25.9 18.6q1.7-.9 3.4.1" fill="none" stroke="{brow}" stroke-width="1" stroke-linecap="round"/>'
    )
    parts.append(
        '<g fill="#1d1a18"><circle cx="20.5" cy="21.6" r="1.2"/><circle cx="27.5" cy="21.6" r="1.2"/></g>'
    )
    parts.append(
        f'<path d="M24 22.3q-.9 1.9.2 2.3" fill="none" stroke="{shade}" stroke-width=".9" stroke-linecap="round"/>'
    )
    parts.append(_mouth(face, dark))
    parts.append(HAIR_FRONT.get(face.hair, "").format(tone=tone, cloth=face.cloth))
    if covered:
        parts.append(headscarf_front(face.cloth))
    parts.append(GLASSES[face.glasses].format(ink="#2b2f36" if not dark else "#14100e"))
    if face.earrings and not covered:
        parts.append(
            f'<g fill="{ACCENT}"><circle cx="15.1" cy="25.2" r=".9"/><circle cx="32.9" cy="25.2" r=".9"/></g>'
        )
    return "".join(parts)


def _mouth(face: Face, dark: bool) -> str:
    lip = "#3d1f18" if dark else "#7a3a2e"
    if face.beard == "full":
        lip = "#fff" if face.tone not in ("white", "silver", "grey") else lip
    if face.smile == "open":
        return f'<path d="M20.9 27h6.2q-.5 2.9-3.1 2.9T20.9 27z" fill="#fff" stroke="{lip}" stroke-width="1" stroke-linejoin="round"/>'
    curve = "M20.6 27.2q3.4 3 6.8 0" if face.smile == "wide" else "M21.3 27.6q2.7 1.9 5.4 0"
    return f'<path d="{curve}" fill="none" stroke="{lip}" stroke-width="1.4" stroke-linecap="round"/>'
