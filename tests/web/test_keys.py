"""Keys: made once, read by everybody, seen by nobody else."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config import BadSetting
from web.keys import load_keys


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_keys_are_made_once_and_private(tmp_path: Path) -> None:
    first = load_keys(tmp_path, "")
    assert load_keys(tmp_path, "") == first
    assert len(first.secret) == len(first.audit) == 32
    assert first.secret != first.audit
    assert mode(tmp_path / "keys") == 0o700
    assert {mode(path) for path in (tmp_path / "keys").iterdir()} == {0o600}
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == ["audit.key", "secret.key"]


def test_twenty_that_start_together_read_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(20) as pool:
        read = list(pool.map(lambda _: load_keys(tmp_path, ""), range(20)))
    assert len({keys.secret for keys in read}) == 1
    assert len({keys.audit for keys in read}) == 1


def test_a_secret_of_the_settings_counts_more_than_the_file(tmp_path: Path) -> None:
    kept = load_keys(tmp_path, "")
    said = load_keys(tmp_path, "q7V-3mZt_0xKd9LrwB2nYc8HsJ4fGaPe")
    assert said.secret != kept.secret
    assert said.audit == kept.audit
    assert load_keys(tmp_path, "").secret == kept.secret


@pytest.mark.parametrize("left", [b"", b"half a key"])
def test_a_damaged_key_stops_the_start(tmp_path: Path, left: bytes) -> None:
    load_keys(tmp_path, "")
    damaged = tmp_path / "keys" / "audit.key"
    damaged.write_bytes(left)
    with pytest.raises(BadSetting, match=r"audit\.key is damaged"):
        load_keys(tmp_path, "")
    assert damaged.read_bytes() == left, "evidence is not written over"


def test_a_copied_folder_works_by_itself(tmp_path: Path) -> None:
    made = load_keys(tmp_path / "a", "")
    os.rename(tmp_path / "a", tmp_path / "b")
    assert load_keys(tmp_path / "b", "") == made
