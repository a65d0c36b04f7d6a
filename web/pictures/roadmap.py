"""Draws the roadmap as a tram line: three strands side by side, a bar across them leads to the next phase."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup, escape

Strand = Literal["organisation", "mentors", "activities"]
StepState = Literal["done", "open", "waived", "flagged"]
PhaseState = Literal["done", "now", "ahead"]

STRANDS: tuple[Strand, ...] = ("organisation", "mentors", "activities")


@dataclass(frozen=True, slots=True)
class RoadmapStep:
    """One stop. `title` is in the reader's language; `gate` and `next` as in the roadmap's rules."""

    key: str
    title: str
    strand: Strand
    state: StepState
    gate: bool = False
    next: bool = False


@dataclass(frozen=True, slots=True)
class RoadmapPhase:
    """One stretch of the line: `number` 1 to 4 gives its colour, `state` whether the network passed it."""

    number: int
    name: str
    state: PhaseState
    steps: Sequence[RoadmapStep]


@dataclass(frozen=True, slots=True)
class RoadmapWords:
    """The picture's words in the reader's language. `count` holds `{done}` and `{total}`."""

    title: str = "Roadmap with four phases and three strands"
    count: str = "{done} of {total}"
    here: str = "here we are"
    done: str = "done"
    open: str = "open"
    waived: str = "done without"
    flagged: str = "look again"
    next: str = "next"
    list_below: str = ""


WIDTH = 350
LEFT = 32
TOP = 20
STRAND_GAP = 38
PITCH = 19
RADIUS = 6
BAR = 16
CHARACTER = 7.3  # width of a bold letter at 14 px, on average
LINE = 16

_SIGNS: dict[Strand, str] = {
    "organisation": "M5 21V5l7-2v18M12 8l7 2v11M3 21h18M8.5 8v.01M8.5 12v.01M8.5 16v.01"
    "M15.5 13.5v.01M15.5 17v.01",
    "mentors": "M12.5 8a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0zM3 20c0-3.5 2.5-6 6-6s6 2.5 6 6"
    "M16 4.7a3.5 3.5 0 0 1 0 6.6M17.5 14.3c2.1.8 3.5 3 3.5 5.7",
    "activities": "M5 9h11v6a4 4 0 0 1-4 4H9a4 4 0 0 1-4-4zM16 10.5h1.5a2.5 2.5 0 0 1 0 5H16"
    "M8.5 3.5V6M12.5 3.5V6",
}


def roadmap_picture(
    phases: Sequence[RoadmapPhase],
    words: RoadmapWords | None = None,
    *,
    direction: Literal["ltr", "rtl"] = "ltr",
    id_prefix: str = "roadmap",
) -> Markup:
    """Return the picture as inline SVG with the same facts as title and description.

    Any number of phases and of steps per strand fits; stops move closer where there are many. The classes
    are those of the style sheet's `picture`. For `rtl` the line runs from right to left; letters are never
    mirrored.
    """
    words = words or RoadmapWords()
    line = _Line(phases, mirrored=direction == "rtl")
    drawn = [_sign(line, strand) for strand in STRANDS]
    drawn += [_phase(line, index, phase, words) for index, phase in enumerate(phases)]
    drawn += [_bar(line, index, phase) for index, phase in enumerate(phases[:-1])]
    return Markup(  # noqa: S704 - numbers and constants; every word went through escape
        f'<svg viewBox="0 0 {WIDTH} {line.height}" role="img" '
        f'aria-labelledby="{id_prefix}-title {id_prefix}-facts">'
        f'<title id="{id_prefix}-title">{escape(words.title)}</title>'
        f'<desc id="{id_prefix}-facts">{escape(roadmap_facts(phases, words))}</desc>'
        f"{''.join(drawn)}</svg>"
    )


def roadmap_facts(phases: Sequence[RoadmapPhase], words: RoadmapWords | None = None) -> str:
    """Return in sentences what the picture shows: the counts of each phase, where we are, what comes next."""
    words = words or RoadmapWords()
    sentences = []
    for phase in phases:
        here = f", {words.here}" if phase.state == "now" else ""
        sentences.append(f"{phase.name}{here}: {_count(phase, words)}.")
        sentences += [f"{step.title}: {words.next}." for step in phase.steps if step.next]
        sentences += [f"{step.title}: {words.flagged}." for step in phase.steps if step.state == "flagged"]
    return " ".join([*sentences, words.list_below]).strip()


def _count(phase: RoadmapPhase, words: RoadmapWords) -> str:
    settled = sum(step.state in ("done", "waived") for step in phase.steps)
    return words.count.format(done=settled, total=len(phase.steps))


def _broken(name: str, room: float) -> list[str]:
    """Break a name of several words in two where it is wider than its stretch."""
    words = name.split()
    if len(words) < 2 or len(name) * CHARACTER <= room:
        return [name]
    halves = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
    return list(min(halves, key=lambda pair: max(map(len, pair))))


class _Line:
    """Where everything lies: computed once, left to right, then mirrored if need be."""

    def __init__(self, phases: Sequence[RoadmapPhase], *, mirrored: bool) -> None:
        self.mirrored = mirrored
        weights = [1.4 + max([2.0, *(self._most(phase, strand) for strand in STRANDS)]) for phase in phases]
        total = sum(weights) or 1
        self.edges = [float(LEFT)]
        for weight in weights:
            self.edges.append(self.edges[-1] + (WIDTH - 4 - LEFT) * weight / total)
        centres = [(a + b) / 2 for a, b in zip(self.edges, self.edges[1:], strict=False)]
        self.names = [
            _broken(phase.name, b - a)
            for phase, a, b in zip(phases, self.edges, self.edges[1:], strict=False)
        ]
        widths = [max(len(part) for part in name) * CHARACTER for name in self.names]
        self.labels = [
            min(max(centre, width / 2), WIDTH - width / 2)
            for centre, width in zip(centres, widths, strict=True)
        ]
        # names that would touch each other all the same stand on two levels
        self.staggered = any(
            self.labels[i] + widths[i] / 2 + 3 > self.labels[i + 1] - widths[i + 1] / 2
            for i in range(len(phases) - 1)
        )
        self.bottom = TOP + STRAND_GAP * (len(STRANDS) - 1)
        self.lines = max((len(name) for name in self.names), default=1)
        self.depth = LINE * self.lines + 20
        self.height = self.bottom + 20 + self.depth * (2 if self.staggered else 1)

    @staticmethod
    def _most(phase: RoadmapPhase, strand: Strand) -> float:
        return float(sum(step.strand == strand for step in phase.steps))

    def x(self, value: float) -> str:
        return f"{WIDTH - value if self.mirrored else value:.4g}"

    def y(self, strand: Strand) -> int:
        return TOP + STRAND_GAP * STRANDS.index(strand)

    def level(self, index: int) -> int:
        return self.bottom + 34 + (self.depth if self.staggered and index % 2 else 0)

    def stops(self, index: int, count: int) -> list[float]:
        """Places of `count` stops between the bars, in the middle and never closer than they are wide."""
        start = self.edges[index] + (4 if index == 0 else BAR / 2 + 2)
        end = self.edges[index + 1] - (BAR / 2 + 2 if index < len(self.edges) - 2 else 2)
        pitch = min(PITCH, (end - start) / max(count, 1))
        middle = (start + end) / 2
        return [middle + (number - (count - 1) / 2) * pitch for number in range(count)]


def _sign(line: _Line, strand: Strand) -> str:
    left = WIDTH - 20 if line.mirrored else 0
    place = f"translate({left} {line.y(strand) - 10}) scale(.8333)"
    return f'<g class="sign" transform="{place}"><path d="{_SIGNS[strand]}"/></g>'


def _phase(line: _Line, index: int, phase: RoadmapPhase, words: RoadmapWords) -> str:
    start, end = line.edges[index], line.edges[index + 1]
    parts = [f'<g class="p{phase.number} {phase.state}">']
    for strand in STRANDS:
        steps = [step for step in phase.steps if step.strand == strand]
        y = line.y(strand)
        places = line.stops(index, len(steps))
        parts.append(f'<path class="track" d="M{line.x(start)} {y}H{line.x(end)}"/>')
        radius = min(RADIUS, (places[1] - places[0]) / 2 - 1) if len(places) > 1 else RADIUS
        parts += [
            _stop(line.x(place), y, radius, step, words) for place, step in zip(places, steps, strict=True)
        ]
    label, level = line.x(line.labels[index]), line.level(index)
    parts += [
        f'<text class="phase-name" x="{label}" y="{level + number * LINE}" text-anchor="middle">'
        f"{escape(part)}</text>"
        for number, part in enumerate(line.names[index])
    ]
    below = level + len(line.names[index]) * LINE
    count = escape(_count(phase, words))
    parts.append(f'<text class="count" x="{label}" y="{below}" text-anchor="middle">{count}</text></g>')
    return "".join(parts)


def _stop(x: str, y: int, radius: float, step: RoadmapStep, words: RoadmapWords) -> str:
    """Full disc: done. Ring: open. Halo: next. Broken ring: done without. Diamond: wants another look."""
    said = words.next if step.next else getattr(words, step.state)
    title = f"<title>{escape(step.title)}: {escape(said)}</title>"
    halo = f'<circle class="halo" cx="{x}" cy="{y}" r="{2 * radius:g}"/>' if step.next else ""
    if step.state == "flagged":
        side = radius + 1.2
        shape = (
            f'<path class="dot flagged" d="M{x} {y - side:g}l{side:g} {side:g}-{side:g} {side:g}'
            f'-{side:g}-{side:g}z"/>'
            f'<path class="flag-mark" d="M{x} {y - 2.5:g}v3M{x} {y + 3:g}v.01"/>'
        )
    elif step.state == "waived":
        shape = f'<circle class="dot waived" cx="{x}" cy="{y}" r="{radius:g}"/>'
    else:
        kind = "dot full" if step.state == "done" else "dot"
        shape = f'<circle class="{kind}" cx="{x}" cy="{y}" r="{radius:g}"/>'
    return f"<g>{title}{halo}{shape}</g>"


def _bar(line: _Line, index: int, phase: RoadmapPhase) -> str:
    edge = line.edges[index + 1]
    left = float(line.x(edge)) - BAR / 2
    height = line.bottom - TOP + 24
    passed = phase.state == "done"
    middle = TOP + (line.bottom - TOP) // 2
    tick = f'<path class="tick-mark" d="M{left + 4:g} {middle}l3 3.5 5-7"/>' if passed else ""
    return (
        f'<g class="p{phase.number}{" passed" if passed else ""}">'
        f'<rect class="gate" x="{left:g}" y="{TOP - 12}" width="{BAR}" height="{height}" rx="8"/>{tick}</g>'
    )
