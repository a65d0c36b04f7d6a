"""What is still a typing error once people have read a text."""

from __future__ import annotations

MOST_WORDS = 3
SHORTEST_WORD = 5


def is_typing_error(before: str, after: str) -> bool:
    """True when `after` is `before` with slips of the finger put right, and nothing that could turn what it
    says: as many words as before, in the same lines; at most three of them differ, each by one letter put
    in, left out or replaced, or by two neighbours that changed places; never the first letter, never a word
    shorter than five letters ("not", "kein", "ein"), never anything but letters: no figure, no comma. Not
    perfect, for one letter can turn a word, so the change is shown to everybody all the same. `before` is
    the text as it was at the opening, so that many small steps lead nowhere."""
    if [line.split() == [] for line in before.split("\n")] != [
        line.split() == [] for line in after.split("\n")
    ]:
        return False
    old, new = before.split(), after.split()
    if len(old) != len(new):
        return False
    changed = [(left, right) for left, right in zip(old, new, strict=True) if left != right]
    return len(changed) <= MOST_WORDS and all(_is_slip(left, right) for left, right in changed)


def _is_slip(before: str, after: str) -> bool:
    # What stands around the letters of a word, such as a full stop, stays.
    left, right = _letters(before), _letters(after)
    if left is None or right is None or left[0] != right[0] or left[2] != right[2]:
        return False
    old, new = left[1], right[1]
    if min(len(old), len(new)) < SHORTEST_WORD or old[0] != new[0]:
        return False
    return _one_slip(old, new)


def _letters(word: str) -> tuple[str, str, str] | None:
    """What stands before, in and after the letters of a word; None when something else is between them."""
    inside = [at for at, sign in enumerate(word) if sign.isalpha()]
    if not inside:
        return None
    first, last = inside[0], inside[-1] + 1
    if not word[first:last].isalpha():
        return None
    return word[:first], word[first:last], word[last:]


def _one_slip(old: str, new: str) -> bool:
    if len(old) == len(new):
        at = [n for n in range(len(old)) if old[n] != new[n]]
        if len(at) == 1:
            return True
        return len(at) == 2 and at[1] == at[0] + 1 and (old[at[0]], old[at[1]]) == (new[at[1]], new[at[0]])
    longer, shorter = (old, new) if len(old) > len(new) else (new, old)
    return len(longer) == len(shorter) + 1 and any(
        longer[:n] + longer[n + 1 :] == shorter for n in range(len(longer))
    )
