"""What somebody chooses who wants to be erased."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from web.forms.base import PageForm


class ErasureForm(PageForm):
    """Whether the words go as well, and whether to wait."""

    remove_texts = BooleanField(_l("Also delete the texts of my messages in group rooms"))
    at_once = BooleanField(_l("Erase me now, without the 7 days"))
