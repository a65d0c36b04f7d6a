"""Drawn faces: always the same for the same seed, valid SVG, and nothing of the seed inside."""

from xml.etree import ElementTree

import pytest

from web.pictures.faces import FACES, drawn_face, drawn_face_file, face_of

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("seed", [*FACES, "", "0198c0de-0000-7000-8000-000000000001", "Ζωή", '"><script>'])
def test_each_face_is_a_valid_file_without_ids_scripts_or_foreign_addresses(seed: str) -> None:
    root = ElementTree.fromstring(drawn_face_file(seed))  # noqa: S314 - our own text
    assert root.get("viewBox") == "0 0 48 48"
    shapes = list(root.iter())
    assert len(shapes) > 8
    assert {shape.tag.removeprefix(SVG) for shape in shapes} <= {
        "svg", "g", "path", "circle", "ellipse", "rect",
    }  # fmt: skip
    assert not any(name in ("id", "style", "href") for shape in shapes for name in shape.attrib)


def test_the_same_seed_gives_the_same_face_and_the_inline_one_is_the_file() -> None:
    inline = str(drawn_face("somebody"))
    assert inline == str(drawn_face("somebody"))
    assert inline.split(">", 1)[1] == drawn_face_file("somebody").decode().split(">", 1)[1]
    assert 'aria-hidden="true"' in inline


def test_seeds_give_many_faces() -> None:
    faces = {drawn_face(f"seed {number}") for number in range(400)}
    assert len(faces) > 380
    assert len(FACES) >= 45
    assert len({drawn_face(name) for name in FACES}) == len(FACES)


def test_a_name_of_a_ready_made_face_is_found_in_any_case() -> None:
    assert face_of("Amina") == FACES["amina"]


def test_who_chose_nothing_gets_nothing_that_says_who_she_is() -> None:
    drawn = [face_of(f"seed {number}") for number in range(400)]
    assert not any(face.beard or face.old or face.earrings for face in drawn)
    assert not any(face.hair in ("scarf", "turban", "bald", "receding") for face in drawn)
