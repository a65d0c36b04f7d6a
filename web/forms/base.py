"""What every form shares: the domain's faults shown at their fields, nothing typed is lost."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext
from flask_wtf import FlaskForm

from network.kernel.errors import DomainError, Invalid

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def tidy(value: Any) -> Any:
    """A WTForms filter: trims text and takes out what no database can hold."""
    return _UNSTORABLE.sub("", value).strip() if isinstance(value, str) else value


class PageForm(FlaskForm):
    """A form of a page, with the hidden token of Flask-WTF."""

    def show_faults(self, error: DomainError) -> None:
        """Put what the domain refused beside the fields it speaks of; the rest stands above the form."""
        placed = False
        if isinstance(error, Invalid):
            for name, fault in error.faults.items():
                said = gettext(fault.message, **fault.params) if fault.params else gettext(fault.message)
                if name in self._fields:
                    field = self._fields[name]
                    field.errors = [*field.errors, said]
                else:
                    self.form_errors.append(said)
                placed = True
        if not placed:
            self.form_errors.append(gettext(error.message, **error.params))
