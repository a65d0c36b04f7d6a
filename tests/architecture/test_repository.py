"""What may lie in the repository, and which versions of others' packages may run."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import PurePosixPath

import pytest
from packaging.version import Version

from tests.architecture.source import ROOT, project_files

BINARY = {".gif", ".gz", ".ico", ".jpg", ".jpeg", ".pdf", ".png", ".webp", ".woff", ".woff2", ".xlsx", ".zip"}
SAMPLES = {".csv", ".tsv"}  # they keep the encoding of the program that wrote them

# In two parts each, so that this file is not the one that is found.
REGISTRIES = tuple("".join(parts) for parts in (
    ("pypi", ".org"), ("python", "hosted.org"), ("npm", "js.org"), ("npm", "js.com"), ("yarn", "pkg.com"),
    ("deb.", "debian.org"), ("unpkg", ".com"), ("jsdelivr", ".net"), ("cdn", "js.cloud"),
))  # fmt: skip
MACHINE_PATH = re.compile(r"(?<![\w./-])/(?:root|work|home/[a-z]\w*|Users/\w+|opt/py\w*)/")
UNFINISHED = re.compile(r"\b(?:" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")


def texts() -> list[tuple[str, str]]:
    """Give the name and text of every file that people write."""
    return [
        (name, (ROOT / name).read_bytes().decode("utf-8", errors="replace"))
        for name in project_files()
        if PurePosixPath(name).suffix not in BINARY | SAMPLES
    ]


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_every_text_is_utf_8_with_plain_line_ends() -> None:
    wrong = []
    for name in project_files():
        if PurePosixPath(name).suffix in BINARY | SAMPLES:
            continue
        raw = (ROOT / name).read_bytes()
        try:
            raw.decode("utf-8", errors="strict")
        except UnicodeDecodeError as error:
            wrong.append(f"{name}: {error}")
        if raw.startswith(b"\xef\xbb\xbf"):
            wrong.append(f"{name}: starts with a byte order mark")
        if b"\r\n" in raw:
            wrong.append(f"{name}: has Windows line ends")
    assert not wrong, "\n".join(wrong)


def test_no_registry_is_named() -> None:
    wrong = lines_with(re.compile("|".join(map(re.escape, REGISTRIES))))
    assert not wrong, "Locks and settings leave the choice of a registry to each machine:\n" + "\n".join(
        wrong
    )


def test_no_path_of_one_machine_is_named() -> None:
    wrong = lines_with(MACHINE_PATH)
    assert not wrong, "Give paths relative to the project or through a setting:\n" + "\n".join(wrong)


def test_nothing_is_left_for_later_in_a_comment() -> None:
    wrong = lines_with(UNFINISHED)
    assert not wrong, "Finish it, or write an issue:\n" + "\n".join(wrong)


def test_locks_carry_a_hash_for_every_package() -> None:
    locks = [name for name in project_files() if re.fullmatch(r"(deploy/)?requirements[\w-]*\.txt", name)]
    assert len(locks) >= 4
    for name in locks:
        for block in re.split(r"\n(?=\S)", (ROOT / name).read_text("utf-8")):
            assert re.match(r"[\w.-]+(?:\[[\w,]+\])?==\S+", block), f"{name}: {block[:80]} is not pinned"
            assert "--hash=sha256:" in block, f"{name}: {block[:80]} has no hash"


def test_the_lists_agree_on_every_version() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[\w.-]+==[^\s;]+", (ROOT / name).read_text("utf-8"), re.MULTILINE))

    assert pins("requirements.txt") <= pins("requirements-dev.txt"), "make locks"


@pytest.mark.parametrize(
    ("name", "least"),
    sorted(tomllib.loads((ROOT / "deploy/floor.toml").read_text("utf-8"))["python"].items()),
)
def test_no_package_is_older_than_its_last_known_hole(name: str, least: dict[str, str]) -> None:
    try:
        installed = version(name)
    except PackageNotFoundError:
        pytest.fail(f"{name} is not installed any more: take it out of deploy/floor.toml.")
    assert Version(installed) >= Version(least["version"]), least["reason"]
