"""The words for what moderation did: kinds, states, roles and counts, as its log and its report name them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

KINDS = {
    "guidance": (_l("A word of guidance"), "talk"),
    "warning": (_l("Warning"), "alert"),
    "veil": (_l("Hidden for a time"), "minus"),
    "content_removal": (_l("Taken away"), "trash"),
    "posting_pause": (_l("Pause from posting"), "clock"),
    "suspension": (_l("Suspended for a time"), "clock"),
    "removal": (_l("Removed from the network"), "logout"),
    "interim_veil": (_l("Hidden while somebody looks at it"), "minus"),
    "lock": (_l("Locked"), "lock"),
    "unlock": (_l("Opened again"), "key"),
    "slow_mode": (_l("Slower"), "clock"),
    "move": (_l("Moved to another room"), "next"),
    "archive": (_l("Closed for reading only"), "file"),
    "unarchive": (_l("Open again after it was closed"), "refresh"),
}
KIND_NAMES = {key: words[0] for key, words in KINDS.items()}
STATES = {
    "active": (_l("holds now"), "warn"),
    "expired": (_l("its time is over"), ""),
    "lifted": (_l("ended early; the record stays"), ""),
    "overturned": (_l("taken back after an appeal; the record is clear"), "ok"),
    "replaced": (_l("made milder after an appeal"), "ok"),
}
ROLES = {
    "meta_mentor": _l("Meta-mentor team"),
    "deputy": _l("Meta-mentor team"),
    "steward": _l("Contact of the organisation"),
    "operator": _l("Who runs the platform"),
    "safeguarding_lead": _l("Safeguarding lead"),
    "safeguarding_deputy": _l("Safeguarding lead"),
    "member": _l("A member"),
    "system": _l("The program, by itself"),
}
TARGETS = {
    "message": _l("Messages"),
    "topic": _l("Topics"),
    "user": _l("People"),
    "file": _l("Files"),
    "meeting": _l("Meetings"),
}
ORIGINS = {
    "member": _l("From members"),
    "outside": _l("From people without an account"),
    "own_initiative": _l("Found by the meta-mentor team"),
}
ANSWERS = {
    "acted": _l("Something was done"),
    "not_acted": _l("Nothing was done"),
    "invalid": _l("Set aside as unfounded"),
    "withdrawn": _l("Taken back"),
    "open": _l("Not answered yet"),
}
APPEALS = {
    "upheld": _l("The measure stays"),
    "modified": _l("Made milder"),
    "overturned": _l("Taken back"),
}
AUTOMATED = {
    "interim_veils": _l("Hidden for a short time because several people reported it"),
    "decisions": _l("Decisions by a program"),
}
LOOKED_AT = {
    "message": _l("Your message"),
    "topic": _l("Your topic"),
    "user": _l("Your profile"),
    "file": _l("Your file"),
    "meeting": _l("Your meeting"),
}
