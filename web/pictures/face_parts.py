"""The single strokes that faces are put together from: skins, hair, beards, glasses, cloths."""

# ruff: noqa: E501 - a path is one thing, however long

# base and shade
SKIN_TONES: dict[str, tuple[str, str]] = {
    "rose": ("#f8dfcb", "#e5bd9f"),
    "peach": ("#f5d3b3", "#e0b08a"),
    "honey": ("#efc59c", "#d6a374"),
    "almond": ("#d9a273", "#bd8357"),
    "bronze": ("#b97d52", "#9a633d"),
    "cocoa": ("#8d5a3b", "#70442d"),
    "espresso": ("#6d4531", "#533224"),
}

HAIR_TONES: dict[str, str] = {
    "black": "#1f1a1a",
    "darkbrown": "#3a2620",
    "brown": "#6b4a2c",
    "chestnut": "#8a4b2a",
    "red": "#b5562b",
    "darkblond": "#b08a4e",
    "blond": "#dcb872",
    "grey": "#a8a49b",
    "silver": "#8d8a84",
    "white": "#cfcac0",
}

ACCENT = "#d9a441"

# Behind the head. The hair fields are {tone} and {cloth}.
HAIR_BACK: dict[str, str] = {
    "curls": '<g fill="{tone}"><circle cx="15.5" cy="17" r="4.6"/><circle cx="18.5" cy="11.8" r="4.6"/><circle cx="24" cy="9.8" r="5"/>'
    '<circle cx="29.5" cy="11.8" r="4.6"/><circle cx="32.5" cy="17" r="4.6"/></g>',
    "afro": '<g fill="{tone}"><circle cx="24" cy="17" r="13.2"/><path d="M12.4 21c-.6 4 .6 7.4 3.6 9h16c3-1.6 4.2-5 3.6-9z"/></g>',
    "long": '<path fill="{tone}" d="M12.7 37.5c-2.3-9-1.9-16.5-.3-21C14 10.8 18.5 7.8 24 7.8s10 3 11.6 8.7c1.6 4.5 2 12-.3 21z"/>',
    "wavy": '<path fill="{tone}" d="M13.5 34c-3-1.5-1.5-4-2-6.5s-1-4 .3-6.5c-.3-7.5 5-13 12.2-13s12.5 5.5 12.2 13c1.3 2.5.8 4 .3 6.5s1 5-2 6.5z"/>',
    "bob": '<path fill="{tone}" d="M13.3 30.5c-1.2-6-1.2-11 0-15C14.8 10.5 18.8 7.6 24 7.6s9.2 2.9 10.7 7.9c1.2 4 1.2 9 0 15z"/>',
    "bun": '<g fill="{tone}"><circle cx="24" cy="7.3" r="4.6"/><path d="M14.6 24.5c-1-9 2-15.5 9.4-15.5s10.4 6.5 9.4 15.5z"/></g>',
    "ponytail": '<g fill="{tone}"><path d="M31 11c5.5-1 8.5 3 7.5 10.5-.5 4-1.5 7-4 9.5.5-6-.5-11-3.5-15z"/><path d="M14.6 24c-1-9 2-15.5 9.4-15.5S34.4 15 33.4 24z"/></g>',
    "braid": '<g fill="{tone}"><path d="M14.3 25c-1-9 2.3-16.2 9.7-16.2S34.7 16 33.7 25z"/><ellipse cx="34.4" cy="26" rx="2.6" ry="3"/>'
    '<ellipse cx="35.1" cy="30.6" rx="2.4" ry="2.8"/><ellipse cx="35.3" cy="35" rx="2.1" ry="2.6"/></g>',
    "locs": '<g fill="none" stroke="{tone}" stroke-width="3.2" stroke-linecap="round"><path d="M17 12c-4 4-4 12-3.5 18M14.5 16c-2.5 5-2 9-2 13M31 12c4 4 4 12 3.5 18M33.5 16c2.5 5 2 9 2 13"/></g>',
    "pixie": '<path fill="{tone}" d="M14.3 24.5C12.6 14.5 16.5 8.5 24 8.5s11.4 6 9.7 16z"/>',
}

# In front of the forehead.
HAIR_FRONT: dict[str, str] = {
    "short": '<path fill="{tone}" d="M14.9 20.5C13.4 12.2 17.5 7.5 24 7.5s10.6 4.7 9.1 13c-.8-2.9-2-4.7-3.9-5.9-3.4 1-7 1-10.4 0-1.9 1.2-3.1 3-3.9 5.9z"/>',
    "crop": '<path fill="{tone}" d="M15 19.5c-.8-7 3.2-10.7 9-10.7s9.8 3.7 9 10.7c-1-3.2-2.3-4.8-4.3-5.5-3-.9-6.4-.9-9.4 0-2 .7-3.3 2.3-4.3 5.5z"/>',
    "side": '<path fill="{tone}" d="M14.9 20.8c-1.9-8.3 2.6-13.6 9.6-13.3 6.3.3 9.9 4.8 8.5 13.1-.9-2.8-2.2-4.5-4-5.5-4.8 1.3-8.9.8-11-.9-.7 2.6-2.3 3.5-3.1 6.6z"/>',
    "quiff": '<path fill="{tone}" d="M14.9 20.5c-1.2-5 .2-8.6 3-10.7 1.8-3.4 8.6-5 13.1-1.7 3 2.2 3.5 6.8 2 12.4-.6-2.7-1.4-4.5-2.8-5.9-4.3.9-8.7.3-11.9-1.5-1.6 1.8-2.6 4-3.4 7.4z"/>',
    "curls": '<g fill="{tone}"><circle cx="17.5" cy="14.2" r="2.9"/><circle cx="21.8" cy="12.8" r="3.1"/><circle cx="26.6" cy="12.8" r="3.1"/><circle cx="30.6" cy="14.3" r="2.8"/></g>',
    "afro": '<path fill="{tone}" d="M15.3 19.5c0-6 4-9.3 8.7-9.3s8.7 3.3 8.7 9.3c-1.6-3-2.8-4-4.5-4.5-2.7.8-5.7.8-8.4 0-1.7.5-2.9 1.5-4.5 4.5z"/>',
    "long": '<path fill="{tone}" d="M14.9 22.5C13.6 13.5 18 8.6 24 8.6s10.4 4.9 9.1 13.9c-1.2-4.2-4-7-7.1-8.7-2.7 2.6-7.4 3.9-11.1 8.7z"/>',
    "wavy": '<path fill="{tone}" d="M14.8 22c-1.2-8.5 2.7-13.4 9.2-13.4S34.4 13.5 33.2 22c-1-3.7-3.2-6.2-6.2-7.5-3.5 2.4-8.8 1.9-12.2 7.5z"/>',
    "bob": '<path fill="{tone}" d="M15 21.5c-1-9 3-12.9 9-12.9s10 3.9 9 12.9c-.6-2-1-3.5-1.6-4.7H16.6c-.6 1.2-1 2.7-1.6 4.7z"/>',
    "bun": '<path fill="{tone}" d="M15 20.5C14.5 13 18 9 24 9s9.5 4 9 11.5c-1.5-4.3-5-6.5-9-6.5s-7.5 2.2-9 6.5z"/>',
    "ponytail": '<path fill="{tone}" d="M15 20.5C14.3 12.8 18 8.6 24 8.6s9.7 4.2 9 11.9c-1-3.3-2.7-5.3-5.2-6.3-4.2 1.7-9.8 1-12.8 6.3z"/>',
    "braid": '<path fill="{tone}" d="M15 21c-.9-8.3 2.8-12.3 9-12.3s9.9 4 9 12.3c-1.3-4-4.2-6.3-9-7-4.8.7-7.7 3-9 7z"/>',
    "locs": '<g><path fill="{tone}" d="M14.8 20.5C13.6 12.5 17.5 8 24 8s10.4 4.5 9.2 12.5c-1-3.5-2.7-5.2-4.7-6-3 .7-6 .7-9 0-2 .8-3.7 2.5-4.7 6z"/>'
    '<path d="M19 8.5l-1 5M24 7.7v5.5M29 8.5l1 5" stroke="#fff" stroke-opacity=".22" stroke-width=".9" stroke-linecap="round"/></g>',
    "pixie": '<path fill="{tone}" d="M14.8 22c-1.6-9 3-13.6 9.4-13.6 6 0 10.3 4.3 8.9 13.3-.8-2.9-1.9-4.9-3.4-6.2-3.6.7-6.5-.2-8.3-1.6-1 3-3.9 4.1-6.6 8.1z"/>',
    "receding": '<path fill="{tone}" d="M14.9 22.5c-1.2-3.5-1-6.6.2-8.4 1 .5 1.5 1.5 1.3 3-.1 1.9-.7 3.6-1.5 5.4zM33.1 22.5c1.2-3.5 1-6.6-.2-8.4-1 .5-1.5 1.5-1.3 3 .1 1.9.7 3.6 1.5 5.4z"/>',
    "turban": '<path fill="{cloth}" d="M13.8 18.5C12.8 9.5 17.5 5 24 5s11.2 4.5 10.2 13.5c-3.2-2.7-6.7-3.7-10.2-3.7s-7 1-10.2 3.7z"/>'
    '<path d="M24 14.8c-3-2-6.5-2.2-9.5.2M24 14.8c3-2 6.5-2.2 9.5.2M24 14.8c-1.5-3.5-4-6-7-6.8M24 14.8c1.5-3.5 4-6 7-6.8" fill="none" stroke="#fff" stroke-opacity=".35" stroke-width=".9"/>',
    "cap": '<path fill="{tone}" d="M15 22.5c-.7-2.5-.7-4.5-.3-6.5h1.9c0 2.5-.6 4.5-1.6 6.5zM33 22.5c.7-2.5.7-4.5.3-6.5h-1.9c0 2.5.6 4.5 1.6 6.5z"/>'
    '<path fill="{cloth}" d="M13.9 17.5C13.4 9.8 17.8 5.8 24 5.8s10.6 4 10.1 11.7z"/><rect x="13.2" y="15" width="21.6" height="3.9" rx="1.9" fill="{cloth}"/>'
    '<path d="M17 15.8v2.3M20.5 15.8v2.3M24 15.8v2.3M27.5 15.8v2.3M31 15.8v2.3" stroke="#fff" stroke-opacity=".3" stroke-width=".9"/>',
}

BEARDS: dict[str, str] = {
    "": "",
    "full": '<path fill="{tone}" d="M15.3 22.5c.2 7 3.1 10.8 8.7 10.8s8.5-3.8 8.7-10.8c-1 2.7-2.4 3.6-4.4 3.3-2.8-.4-5.8-.4-8.6 0-2 .3-3.4-.6-4.4-3.3z"/>',
    "short": '<path fill="{tone}" fill-opacity=".55" d="M15.6 24c.6 5 3.4 7.5 8.4 7.5s7.8-2.5 8.4-7.5c-1 1.7-2.3 2.3-4.2 2-2.7-.4-5.7-.4-8.4 0-1.9.3-3.2-.3-4.2-2z"/>',
    "moustache": '<path fill="{tone}" d="M24 25.3c1.3-.6 3.8-.2 5 1.5-1.9.3-3.5.3-5-.2-1.5.5-3.1.5-5 .2 1.2-1.7 3.7-2.1 5-1.5z"/>',
    "goatee": '<path fill="{tone}" d="M20.8 29.3q3.2 1.8 6.4 0c0 2-1.3 3.2-3.2 3.2s-3.2-1.2-3.2-3.2z"/><path fill="{tone}" d="M24 25.5c1.2-.5 3-.2 3.9 1.1-1.5.2-2.7.2-3.9-.2-1.2.4-2.4.4-3.9.2.9-1.3 2.7-1.6 3.9-1.1z"/>',
}

GLASSES: dict[str, str] = {
    "": "",
    "round": '<g fill="#fff" fill-opacity=".18" stroke="{ink}" stroke-width="1.1"><circle cx="20.3" cy="21.7" r="3.2"/><circle cx="27.7" cy="21.7" r="3.2"/>'
    '<path d="M23.5 21.4h1M17.1 21.2l-1.7-.6M30.9 21.2l1.7-.6" fill="none"/></g>',
    "square": '<g fill="#fff" fill-opacity=".18" stroke="{ink}" stroke-width="1.2"><rect x="16.9" y="19.2" width="6.3" height="4.9" rx="1.3"/>'
    '<rect x="24.8" y="19.2" width="6.3" height="4.9" rx="1.3"/><path d="M23.2 21h1.6M16.9 20.7l-1.5-.4M31.1 20.7l1.5-.4" fill="none"/></g>',
    "half": '<g fill="none" stroke="{ink}" stroke-width="1.1" stroke-linecap="round"><path d="M17.2 22.8c.2 2 1.5 3 3.1 3s2.9-1 3.1-3zM24.6 22.8c.2 2 1.5 3 3.1 3s2.9-1 3.1-3zM23.4 23h1.2"/></g>',
}


def headscarf_back(cloth: str) -> str:
    """The cloth behind head and shoulders."""
    return f'<path fill="{cloth}" d="M24 5.6c-8.3 0-12.3 6-12.3 13.7 0 8-.3 12.8-2.7 18.2h30c-2.4-5.4-2.7-10.2-2.7-18.2C36.3 11.6 32.3 5.6 24 5.6z"/>'


def headscarf_front(cloth: str) -> str:
    """The cloth around the face: a rim over the forehead, the fold under the chin."""
    fold = "#000" if int(cloth[1:3], 16) > 200 else "#fff"
    return (
        f'<path fill="{cloth}" fill-rule="evenodd" d="M24 8c-6.5 0-10.2 5-10.2 13.5S17.5 35 24 35s10.2-5 10.2-13.5S30.5 8 24 8z'
        'M24 12.6c4.7 0 7.6 3.6 7.6 9.1S28.6 31 24 31s-7.6-3.8-7.6-9.3 2.9-9.1 7.6-9.1z"/>'
        f'<path fill="{cloth}" d="M14.5 29.5c4 5.3 15 5.3 19 0l3.7 11.7c-8 3.5-18.4 3.5-26.4 0z"/>'
        f'<g fill="none" stroke="{fold}" stroke-opacity=".28" stroke-width=".9" stroke-linecap="round">'
        '<path d="M16.5 14.5c3.8-4.5 11.2-4.5 15 0M16 33.5c4.5 3 11.5 3 16.5-1M17.5 37.5c5 1.5 9.5 1 14-1.5"/></g>'
    )


def collar(neckline: str, clothes: str, skin: str) -> str:
    """What is seen of the clothes at the neck."""
    if neckline == "v":
        return f'<path fill="{skin}" d="M20 33.7h8l-4 6z"/>'
    if neckline == "shirt":
        return '<path fill="#fff" d="M19.3 33.3l4.7 3.4 4.7-3.4 1.5 2.4-3.8 4.1-2.4-2.6-2.4 2.6-3.8-4.1z"/>'
    if neckline == "turtle":
        return f'<path fill="{clothes}" d="M18.9 31.2h10.2v4.5H18.9z"/><path d="M18.9 33.3h10.2" stroke="#fff" stroke-opacity=".3" stroke-width=".9"/>'
    return f'<path fill="{skin}" d="M20 33.6h8c0 2.7-8 2.7-8 0z"/>'
