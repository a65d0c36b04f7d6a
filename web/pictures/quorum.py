"""Draws how many have spoken: a bar as long as all who may, with a post where enough of them is."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, HEIGHT = 350, 44
TOP, THICK = 18, 16


@dataclass(frozen=True, slots=True)
class Part:
    """Some of those who have spoken: how many, and the class by which the style sheet knows them."""

    count: int
    kind: str


def quorum_picture(
    parts: Sequence[Part], needed: int, total: int, title: str, facts: str, *, id_prefix: str = "quorum"
) -> Markup:
    """Return the bar as inline SVG, with `facts`, the same in a sentence, as its description.

    `parts` lie side by side in their order; `needed` of `total` is where the post stands, and where none are
    needed there is none. Nothing is read from the colours alone: what each part is stands below as a list.
    """
    total = max(total, 1)
    drawn, left = [], 0.0
    for part in parts:
        width = WIDTH * min(part.count, total) / total
        if part.count:
            drawn.append(
                f'<rect class="part {escape(part.kind)}" x="{left:.4g}" y="{TOP}" width="{width:.4g}" '
                f'height="{THICK}"/>'
            )
        left += width
    post = _post(sum(part.count for part in parts), needed, total) if needed else ""
    return Markup(  # noqa: S704 - numbers and constants; every word went through escape
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-labelledby="{id_prefix}-title {id_prefix}-facts">'
        f'<title id="{id_prefix}-title">{escape(title)}</title>'
        f'<desc id="{id_prefix}-facts">{escape(facts)}</desc>'
        f'<rect class="whole" x="0" y="{TOP}" width="{WIDTH}" height="{THICK}" rx="8"/>'
        f'<clipPath id="{id_prefix}-clip"><rect x="0" y="{TOP}" width="{WIDTH}" height="{THICK}" rx="8"/>'
        f'</clipPath><g clip-path="url(#{id_prefix}-clip)">{"".join(drawn)}</g>'
        f"{post}</svg>"
    )


def _post(spoken: int, needed: int, total: int) -> str:
    at = min(max(WIDTH * needed / total, 2), WIDTH - 2)
    anchor = "start" if at < WIDTH / 4 else "end" if at > WIDTH * 3 / 4 else "middle"
    reached = " reached" if spoken >= needed else ""
    return (
        f'<path class="post{reached}" d="M{at:.4g} {TOP - 4}v{THICK + 8}"/>'
        f'<text class="count" x="{at:.4g}" y="{TOP - 7}" text-anchor="{anchor}">{needed}</text>'
    )
