"""The roadmap's picture says the same as its text, for any number of steps and in both directions."""

from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.pictures.roadmap import (
    STRANDS,
    WIDTH,
    RoadmapPhase,
    RoadmapStep,
    RoadmapWords,
    roadmap_facts,
    roadmap_picture,
)

steps = st.builds(
    RoadmapStep,
    key=st.text(min_size=1),
    title=st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=40),
    strand=st.sampled_from(STRANDS),
    state=st.sampled_from(["done", "open", "waived", "flagged"]),
    gate=st.booleans(),
    next=st.booleans(),
)
names = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=14)
phases = st.lists(
    st.builds(
        RoadmapPhase,
        number=st.integers(1, 4),
        name=names,
        state=st.sampled_from(["done", "now", "ahead"]),
        steps=st.lists(steps, max_size=14),
    ),
    min_size=1,
    max_size=4,
)


def _parsed(svg: object) -> ElementTree.Element:
    return ElementTree.fromstring(str(svg))  # noqa: S314 - our own text


def _with_class(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [element for element in root.iter() if name in (element.get("class") or "").split()]


@given(phases, st.sampled_from(["ltr", "rtl"]))
def test_every_step_is_one_stop_inside_the_picture(drawn: list[RoadmapPhase], direction: str) -> None:
    root = _parsed(roadmap_picture(drawn, direction=direction))  # type: ignore[arg-type]
    every = [step for phase in drawn for step in phase.steps]
    assert len(_with_class(root, "dot")) == len(every)
    assert len(_with_class(root, "full")) == sum(step.state == "done" for step in every)
    assert len(_with_class(root, "halo")) == sum(step.next for step in every)
    assert len(_with_class(root, "gate")) == len(drawn) - 1
    for stop in _with_class(root, "dot"):
        if stop.get("cx"):
            assert 0 < float(stop.get("cx", "0")) < WIDTH


@given(phases)
def test_stops_of_one_strand_do_not_cover_each_other(drawn: list[RoadmapPhase]) -> None:
    root = _parsed(roadmap_picture(drawn))
    rows: dict[str, list[tuple[float, float]]] = {}
    for stop in _with_class(root, "dot"):
        if stop.get("cx"):
            place = float(stop.get("cx", "0")), float(stop.get("r", "0"))
            rows.setdefault(stop.get("cy", ""), []).append(place)
    for places in rows.values():
        ordered = sorted(places)
        for (left, radius), (right, other) in pairwise(ordered):
            assert right - left >= radius + other - 0.01


def _line() -> list[RoadmapPhase]:
    done = RoadmapStep("a", "The course was held", "organisation", "done")
    coming = RoadmapStep("b", "Sign <the> agreement", "mentors", "open", gate=True, next=True)
    lost = RoadmapStep("c", "Everybody knows the roles", "organisation", "flagged")
    without = RoadmapStep("d", "An office", "organisation", "waived")
    return [
        RoadmapPhase(1, "Starting", "done", [done]),
        RoadmapPhase(2, "Organising", "now", [coming, lost, without]),
    ]


def test_title_and_description_hold_the_facts() -> None:
    words = RoadmapWords(title="Our roadmap", list_below="All steps stand below.")
    root = _parsed(roadmap_picture(_line(), words))
    assert root.get("role") == "img"
    assert root[0].text == "Our roadmap"
    assert root[1].text == roadmap_facts(_line(), words)
    assert root[1].text == (
        "Starting: 1 of 1. Organising, here we are: 1 of 3. Sign <the> agreement: next. "
        "Everybody knows the roles: look again. All steps stand below."
    )
    assert {root[0].get("id"), root[1].get("id")} == set((root.get("aria-labelledby") or "").split())


def test_two_pictures_on_a_page_have_different_ids() -> None:
    first, second = (_parsed(roadmap_picture(_line(), id_prefix=prefix)) for prefix in ("a", "b"))
    assert first[0].get("id") != second[0].get("id")


def test_each_state_has_a_shape_of_its_own() -> None:
    root = _parsed(roadmap_picture(_line()))
    shapes = {stop.get("class"): stop.tag.rsplit("}")[-1] for stop in _with_class(root, "dot")}
    assert shapes == {"dot full": "circle", "dot": "circle", "dot flagged": "path", "dot waived": "circle"}


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_the_way_to_the_next_phase_is_ticked_once_passed(direction: str) -> None:
    root = _parsed(roadmap_picture(_line(), direction=direction))  # type: ignore[arg-type]
    assert len(_with_class(root, "passed")) == 1
    assert len(_with_class(root, "tick-mark")) == 1


def test_right_to_left_mirrors_the_places_and_no_letters() -> None:
    left, right = (_parsed(roadmap_picture(_line(), direction=way)) for way in ("ltr", "rtl"))  # type: ignore[arg-type]
    names = [_with_class(root, "phase-name") for root in (left, right)]
    for one, other in zip(*names, strict=True):
        assert one.text == other.text
        assert float(one.get("x", "0")) + float(other.get("x", "0")) == pytest.approx(WIDTH, abs=0.2)
    assert "scale(-1" not in str(roadmap_picture(_line(), direction="rtl"))


def test_long_names_of_neighbours_do_not_run_into_each_other() -> None:
    drawn = [RoadmapPhase(number, "Zusammenarbeiten", "ahead", []) for number in (1, 2, 3, 4)]
    places = [
        (text.get("x"), text.get("y")) for text in _with_class(_parsed(roadmap_picture(drawn)), "phase-name")
    ]
    levels = [y for _, y in places]
    assert levels[0] != levels[1]
    assert levels[1] != levels[2]
