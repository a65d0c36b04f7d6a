"""A file that comes with a request: as the field `file` of a form, alone."""

from __future__ import annotations

from flask import request

from network.kernel.errors import FieldFault, Invalid
from network.kernel.translation import mark as _


def uploaded_file() -> bytes:
    """The bytes of the form's one file. Raises Invalid where it brings anything else."""
    sent = [*request.files.items(multi=True), *request.form.items(multi=True)]
    # A part of a form need not have a name.
    others = [name or "?" for name, _value in sent if name != "file"]
    faults = {name: FieldFault.of(_("There is no such field.")) for name in others}
    if faults:
        raise Invalid(faults)
    files = request.files.getlist("file")
    if len(files) != 1 or "file" in request.form:
        raise Invalid({"file": FieldFault.of(_("Please send one file."))})
    return files[0].read()
