"""Files that people send: what is taken, what is kept of it, and when it goes."""

from network.files.commands.removing import (
    forget_unposted,
    remove_files_of_messages,
    remove_files_of_person,
    tidy,
)
from network.files.commands.sending import (
    attach_files,
    check_files,
    describe_file,
    discard_file,
    upload_file,
)
from network.files.policy import may_upload_file, may_use_own_file
from network.files.queries import (
    FileView,
    content_of,
    file_row,
    file_store,
    file_view,
    files_of_messages,
    files_of_person,
    own_file_row,
    own_files,
    preview_of,
)
from network.files.rules.kinds import LONGEST_SIDE, MEDIA_TYPES, MOST_FILES, PREVIEW_SIDE, SOUNDS
from network.files.rules.names import ALT_MAX, attachment_header
from network.files.rules.refusals import (
    FileInUse,
    FileTooLarge,
    NetworkStorageFull,
    OwnStorageFull,
    UnsupportedFile,
)

__all__ = [
    "ALT_MAX",
    "LONGEST_SIDE",
    "MEDIA_TYPES",
    "MOST_FILES",
    "PREVIEW_SIDE",
    "SOUNDS",
    "FileInUse",
    "FileTooLarge",
    "FileView",
    "NetworkStorageFull",
    "OwnStorageFull",
    "UnsupportedFile",
    "attach_files",
    "attachment_header",
    "check_files",
    "content_of",
    "describe_file",
    "discard_file",
    "file_row",
    "file_store",
    "file_view",
    "files_of_messages",
    "files_of_person",
    "forget_unposted",
    "may_upload_file",
    "may_use_own_file",
    "own_file_row",
    "own_files",
    "preview_of",
    "remove_files_of_messages",
    "remove_files_of_person",
    "tidy",
    "upload_file",
]
