"""What every form shares: the domain's faults shown at their fields, nothing typed is lost."""

from __future__ import annotations

import re
from datetime import MAXYEAR, MINYEAR
from typing import Any

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import DateField

from network.kernel.errors import DomainError, Invalid

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def tidy(value: Any) -> Any:
    """A WTForms filter: trims text and takes out what no database can hold."""
    return _UNSTORABLE.sub("", value).strip() if isinstance(value, str) else value


class DayField(DateField):
    """A day as it is chosen. In the first and the last year of the calendar it is none: somewhere on earth
    its evening lies outside."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if self.data is not None and not MINYEAR < self.data.year < MAXYEAR:
            self.data = None
            raise ValueError(self.gettext("Not a valid date value."))


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
