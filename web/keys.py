"""The server's keys: made at the first start, kept beside the database but not in it."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from config import BadSetting

LENGTH = 32


@dataclass(frozen=True, slots=True)
class Keys:
    """`secret` signs cookies and derives links; `audit` chains the audit trail."""

    secret: bytes
    audit: bytes


def load_keys(data_dir: Path, secret_setting: str) -> Keys:
    """Read the keys from `data_dir/keys`, making those that are missing; a secret from the settings counts
    more than the file. Files are readable by their owner alone. Raises BadSetting for a damaged file: another
    key in its place would make every link invalid and the audit trail look forged."""
    folder = data_dir / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if secret_setting:
        secret = hashlib.sha256(secret_setting.encode()).digest()
    else:
        secret = _read_or_make(folder / "secret.key")
    return Keys(secret=secret, audit=_read_or_make(folder / "audit.key"))


def _read_or_make(path: Path) -> bytes:
    made = secrets.token_bytes(LENGTH)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    if not path.exists():
        # Written whole and then linked: of two processes that start together one wins, both read the same.
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(made)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    read = path.read_bytes()
    if len(read) < LENGTH:
        raise BadSetting(f"the key file {path} is damaged; bring it back from a backup")
    return read
