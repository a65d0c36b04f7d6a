"""The form with which anybody asks whether a PDF is one of ours."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import StringField

from web.forms.base import PageForm, tidy

_HASH = re.compile(r"[0-9a-f]{64}\Z")


def _compact(value: Any) -> Any:
    """People paste it with blanks, colons and capitals."""
    return re.sub(r"[\s:]", "", value).lower() if isinstance(value, str) else value


class CheckForm(PageForm):
    """The file itself or its SHA-256; one of the two is enough, and what is typed counts."""

    file = FileField(_l("The PDF"))
    sha256 = StringField(_l("Or its fingerprint (SHA-256)"), filters=[tidy, _compact])

    def validate(self, extra_validators: Any = None) -> bool:
        """One of the two must be there, and a fingerprint must be one."""
        fine = bool(super().validate(extra_validators))
        if self.sha256.data and not _HASH.match(self.sha256.data):
            self.sha256.errors = [gettext("A fingerprint has 64 signs: digits and the letters a to f.")]
            return False
        if not self.sha256.data and not self.file.data:
            self.file.errors = [gettext("Please choose the PDF or give its fingerprint.")]
            return False
        return fine
