"""Sealed words: opened by their owner's key and the server's, by nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from network.kernel import runtime, sealing
from network.kernel.runtime import Runtime


def test_words_come_back_and_never_look_alike(live: Runtime) -> None:
    key = sealing.new_key("olena")
    once, twice = sealing.seal(key, "olena", "Olena Ґ"), sealing.seal(key, "olena", "Olena Ґ")
    assert once != twice
    assert b"Olena" not in once + key
    assert sealing.unseal(key, "olena", once) == sealing.unseal(key, "olena", twice) == "Olena Ґ"


@pytest.mark.parametrize("spoilt", [b"", b"short", b"\0" * 60])
def test_what_was_changed_does_not_open(live: Runtime, spoilt: bytes) -> None:
    key = sealing.new_key("olena")
    sealed = sealing.seal(key, "olena", "Olena")
    with pytest.raises(ValueError, match="not under this key"):
        sealing.unseal(key, "olena", spoilt)
    with pytest.raises(ValueError, match="not under this key"):
        sealing.unseal(key, "olena", sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(ValueError, match="not under this key"):
        sealing.unseal(spoilt, "olena", sealed)


def test_neither_anothers_key_nor_another_servers_opens_it(live: Runtime) -> None:
    key, other = sealing.new_key("olena"), sealing.new_key("tadiwa")
    sealed = sealing.seal(key, "olena", "Olena")
    for owner, wrong in (("tadiwa", other), ("olena", other), ("tadiwa", key)):
        with pytest.raises(ValueError, match="not under this key"):
            sealing.unseal(wrong, owner, sealed)
    runtime.install(replace(runtime.current(), audit_key=b"x" * 32))
    with pytest.raises(ValueError, match="not under this key"):
        sealing.unseal(key, "olena", sealed)
