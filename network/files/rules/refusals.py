"""What is said of a file that cannot be taken, and of files that a message cannot carry."""

from __future__ import annotations

from collections.abc import Sequence

from network.kernel.errors import Conflict, FieldFault, Invalid
from network.kernel.translation import mark as _

MEBIBYTE = 1_048_576


class UnsupportedFile(Invalid):
    """By what is in it, the file is of no kind that is taken, or holds more than its kind."""

    code = "unsupported_file_type"
    message = _(
        "This kind of file is not taken here. Take a picture, a PDF, an ODT or DOCX text, or a sound."
    )

    def __init__(self) -> None:
        super().__init__({"file": FieldFault.of(self.message)})


class FileTooLarge(Invalid):
    """The file has more bytes than one may have."""

    code = "file_too_large"
    message = _("This file is too large. A file may have %(megabytes)s MB.")

    def __init__(self, most_bytes: int) -> None:
        megabytes = max(1, most_bytes // MEBIBYTE)
        super().__init__({"file": FieldFault.of(self.message, megabytes=megabytes)}, megabytes=megabytes)


class OwnStorageFull(Conflict):
    """What the person sent so far leaves no room for it. What she deleted counts as long as it is kept: who
    sends and deletes would else fill the disk."""

    code = "own_storage_full"
    message = _(
        "Your files fill all the space that one person has here. When you delete messages with files, "
        "their space is free after %(days)s days."
    )


class NetworkStorageFull(Conflict):
    """What everybody sent so far leaves no room for it."""

    code = "network_storage_full"
    message = _("The files of this network fill all the space that it has.")


class FileInUse(Conflict):
    """A message carries the file already: it is in one message, and as it was sent."""

    code = "file_in_use"
    message = _("This file is in a message already. Choose it once more to send it again.")


def gone_fault() -> Invalid:
    """A file that is named cannot be sent: it is unknown, somebody else's, or for another network."""
    return Invalid({"file_ids": FieldFault.of(_("A file is not there any more. Please choose it again."))})


def check_file_ids(file_ids: Sequence[str], most: int) -> tuple[str, ...]:
    """Take the files of a message, each once and at most so many, or raise Invalid."""
    if len(file_ids) > most:
        raise Invalid({"file_ids": FieldFault.of(_("At most %(most)s files, please."), most=most)})
    if len(set(file_ids)) < len(file_ids):
        raise Invalid({"file_ids": FieldFault.of(_("Each file once, please."))})
    return tuple(file_ids)
