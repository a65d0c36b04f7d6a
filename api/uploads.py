"""A file that comes with a request: as the field `file` of a form, with no field that nobody asked for."""

from __future__ import annotations

from typing import NamedTuple

from flask import request

from network.kernel.errors import FieldFault, Invalid
from network.kernel.translation import mark as _


class Uploaded(NamedTuple):
    """A file, what its sender's device calls it, and the form's other fields."""

    content: bytes
    name: str
    more: dict[str, str]


def uploaded_file() -> bytes:
    """The bytes of the form's one file. Raises Invalid where it brings anything else."""
    return uploaded().content


def uploaded(*optional: str) -> Uploaded:
    """The form's one file, and those of the `optional` fields that it brings, once each. Raises Invalid where
    it brings anything else."""
    sent = [*request.files.items(multi=True), *request.form.items(multi=True)]
    # A part of a form need not have a name.
    others = [name or "?" for name, _value in sent if name != "file" and name not in optional]
    others += [name for name in optional if name in request.files or len(request.form.getlist(name)) > 1]
    faults = {name: FieldFault.of(_("There is no such field.")) for name in others}
    if faults:
        raise Invalid(faults)
    files = request.files.getlist("file")
    if len(files) != 1 or "file" in request.form:
        raise Invalid({"file": FieldFault.of(_("Please send one file."))})
    more = {name: request.form[name] for name in optional if name in request.form}
    return Uploaded(files[0].read(), files[0].filename or "", more)
