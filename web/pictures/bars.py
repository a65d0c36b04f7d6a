"""Draws counts as bars below each other; what each is called stands beside it as text, not in the picture."""

from collections.abc import Sequence

from markupsafe import Markup, escape

WIDTH, THICK, GAP = 350, 14, 8


def bars_picture(counts: Sequence[int | None], title: str, facts: str, *, id_prefix: str) -> Markup:
    """Return the bars as inline SVG, with `facts`, the same in a sentence, as its description. A count that
    is not told is a bar of dashes as long as any, so that nobody reads a number from it."""
    most = max([count for count in counts if count] or [1])
    drawn, top = [], 0
    for count in counts:
        if count is None:
            drawn.append(f'<path class="untold" d="M0 {top + THICK / 2:g}h{WIDTH}"/>')
        else:
            width = max(WIDTH * count / most, 2) if count else 2
            drawn.append(
                f'<rect class="bar{"" if count else " none"}" x="0" y="{top}" width="{width:.4g}" '
                f'height="{THICK}" rx="3"/>'
            )
        top += THICK + GAP
    return Markup(  # noqa: S704 - numbers and constants; every word went through escape
        f'<svg viewBox="0 0 {WIDTH} {max(top - GAP, THICK)}" role="img" '
        f'aria-labelledby="{id_prefix}-title {id_prefix}-facts">'
        f'<title id="{id_prefix}-title">{escape(title)}</title>'
        f'<desc id="{id_prefix}-facts">{escape(facts)}</desc>{"".join(drawn)}</svg>'
    )
