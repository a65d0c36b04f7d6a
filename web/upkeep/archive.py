"""What a backup file is: one compressed archive that appears whole or not at all and can be checked alone.

Its last member is the manifest: what must be in it, with sizes and checksums, sealed with the server's key. A
file that was cut off has none, a damaged one does not fit to it, one that somebody changed breaks the seal.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import hmac
import io
import os
import re
import secrets
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import orjson

MANIFEST = "manifest.json"
FORMAT = 1
PART = 1 << 20
LARGEST_MANIFEST = 256 << 20
COMPRESSION = 3  # pictures do not shrink, and text does enough
SAFE_NAME = re.compile(r"[\w][\w.@ -]*(?:/[\w][\w.@ -]*)*\Z")


class Damaged(Exception):
    """The file is not a backup as it was written."""


@dataclass
class Manifest:
    """What a backup tells about itself. `kind` is `data` or `keys`; times are UTC."""

    kind: str
    version: str
    made_at: datetime
    database: str = ""
    revision: str | None = None
    fingerprint: str = ""
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    seal: str = ""

    def content(self) -> bytes:
        """Everything but the seal, in one written form."""
        said = {name: value for name, value in vars(self).items() if name != "seal"}
        return orjson.dumps(
            {"format": FORMAT, "product": "mentornet", **said},
            option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z | orjson.OPT_INDENT_2,
        )

    def sealed_with(self, key: bytes) -> str:
        """The seal that this key gives."""
        return hmac.new(key, b"backup\n" + self.content(), hashlib.sha256).hexdigest()


class Archive:
    """An archive that is being written."""

    def __init__(self, tar: tarfile.TarFile, manifest: Manifest) -> None:
        self._tar, self.manifest = tar, manifest

    def add(self, path: Path, name: str) -> None:
        """Put a file in. Raises FileNotFoundError when it is gone."""
        with path.open("rb") as file:
            member = self._member(name, os.fstat(file.fileno()).st_size)
            reader = _Digesting(file)
            self._tar.addfile(member, reader)
        self.manifest.files[name] = {"bytes": member.size, "sha256": reader.digest.hexdigest()}

    def add_folder(self, folder: Path, name: str) -> None:
        """Put in what lies in a folder; what is taken away meanwhile is left out."""
        for path in sorted(folder.rglob("*")):
            inside = f"{name}/{path.relative_to(folder).as_posix()}"
            if path.is_symlink() or not path.is_file() or not SAFE_NAME.match(inside):
                continue
            with contextlib.suppress(FileNotFoundError):
                self.add(path, inside)

    def finish(self, key: bytes) -> None:
        """Write the manifest."""
        self.manifest.seal = self.manifest.sealed_with(key)
        content = orjson.dumps({**orjson.loads(self.manifest.content()), "seal": self.manifest.seal})
        self._tar.addfile(self._member(MANIFEST, len(content)), io.BytesIO(content))

    def _member(self, name: str, size: int) -> tarfile.TarInfo:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        member.mtime = int(self.manifest.made_at.timestamp())
        return member


class _Digesting:
    """Reads a file and remembers its checksum."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        part = self._file.read(size)
        self.digest.update(part)
        return part


@contextlib.contextmanager
def writing(target: Path, manifest: Manifest, key: bytes, *, replace: bool = False) -> Iterator[Archive]:
    """Write an archive; it has its name, and stands on the disk, only when the block ended well. Readable by
    its owner alone. Raises FileExistsError when there is such a file and it is not to be replaced."""
    if target.exists() and not replace:
        raise FileExistsError(f"{target} is there already; it was not touched")
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            with (
                gzip.GzipFile(fileobj=file, mode="wb", compresslevel=COMPRESSION, filename="") as packed,
                tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
            ):
                archive = Archive(tar, manifest)
                yield archive
                archive.finish(key)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            os.replace(draft, target)
        else:
            _name_once(draft, target)
        sync_folder(target.parent)
    finally:
        draft.unlink(missing_ok=True)


def _name_once(draft: Path, target: Path) -> None:
    try:
        os.link(draft, target)  # unlike a rename it never takes the place of another file
    except FileExistsError:
        raise FileExistsError(f"{target} is there already; it was not touched") from None
    except OSError:  # no hard links on this file system
        os.replace(draft, target)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def unpack(source: Path, folder: Path, kind: str) -> Manifest:
    """Lay out an archive in an empty folder and check every file against the manifest. Raises Damaged in one
    line for whatever is not such a file, whole and of this kind; OSError when it cannot be read."""
    found: dict[str, dict[str, Any]] = {}
    manifest = b""
    try:
        with tarfile.open(source, mode="r|gz") as tar:
            for member in tar:
                if manifest:
                    raise Damaged("something follows the end")
                content = tar.extractfile(member) if member.isreg() else None
                if content is None or not SAFE_NAME.match(member.name) or member.name in found:
                    raise Damaged(f"it holds what no backup holds: {member.name[:80]!r}")
                if member.name == MANIFEST:
                    if member.size > LARGEST_MANIFEST:
                        raise Damaged("its list of files is too long")
                    manifest = content.read()
                else:
                    found[member.name] = _lay_out(content, folder, member.name)
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise Damaged(f"{source.name} is not a whole backup: {error}") from None
    except Damaged as error:
        raise Damaged(f"{source.name} is not a backup: {error}") from None
    if not manifest:
        raise Damaged(f"{source.name} is not a whole backup: its end is missing")
    read = _read_manifest(manifest, source.name)
    wrong = sorted(name for name in {*found, *read.files} if found.get(name) != read.files.get(name))
    if wrong:
        raise Damaged(f"{source.name} is damaged: {wrong[0]} is not as it was written")
    if read.kind != kind:
        raise Damaged(f"{source.name} holds {read.kind}, and {kind} was asked for")
    return read


def _lay_out(content: IO[bytes], folder: Path, name: str) -> dict[str, Any]:
    path = folder / name
    for above in reversed(path.relative_to(folder).parents):
        (folder / above).mkdir(mode=0o700, parents=True, exist_ok=True)  # each of them, not the last alone
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while part := content.read(PART):
            digest.update(part)
            size += len(part)
            file.write(part)
        file.flush()
        os.fsync(file.fileno())
    return {"bytes": size, "sha256": digest.hexdigest()}


def _read_manifest(content: bytes, name: str) -> Manifest:
    try:
        said = orjson.loads(content)
        if said.pop("product") != "mentornet":
            raise ValueError("product")
        if said.pop("format") != FORMAT:
            raise Damaged(f"{name} has a form that this version does not know; use a newer mentorNET")
        said["made_at"] = datetime.fromisoformat(said["made_at"])
        return Manifest(**said)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Damaged(f"{name} is not a backup of mentorNET") from None
