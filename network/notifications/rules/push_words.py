"""What a device shows: never a word that was said, nor by whom, nor in which room or conversation, for others
see the screen."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from network.kernel.translation import mark as _
from network.kernel.translation import translate, translate_plural
from network.notifications.rules.affairs import AFFAIRS, OF_AMENDMENTS, OF_DECISIONS, OF_VERSIONS
from network.notifications.rules.kinds import DIRECT, MENTION, REPLY

TITLE = "mentorNET"
_ONE = {
    DIRECT: _("%(network)s: somebody wrote to you."),
    MENTION: _("%(network)s: somebody named you."),
    REPLY: _("%(network)s: somebody answered you."),
    **dict.fromkeys(OF_DECISIONS, _("%(network)s: there is something new about a decision.")),
    **dict.fromkeys(
        (*OF_VERSIONS, *OF_AMENDMENTS), _("%(network)s: there is something new about a document.")
    ),
}


def push_words(
    language: str, notices: Sequence[tuple[str, str]], path: str, *, brief: bool, tag: str
) -> bytes:
    """What the browser reads: words for notices, each its kind and its network's name, and where they lead.
    `brief` ones are without the network as well. `tag` tells pushes apart: one that comes twice is shown
    once."""
    number, names = len(notices), {name for _kind, name in notices}
    if brief or (number > 1 and any(kind in AFFAIRS for kind, _name in notices)):
        said = translate(language, _("Something new waits for you."))
    elif number == 1:
        kind, name = notices[0]
        said = translate(language, _ONE[kind], {"network": name})
    elif len(names) == 1:
        said = translate_plural(
            language, "%(network)s: %(num)s message is for you.",
            "%(network)s: %(num)s messages are for you.", number, {"network": names.pop()},
        )  # fmt: skip
    else:
        said = translate_plural(
            language, "%(num)s message is for you.", "%(num)s messages are for you.", number
        )
    return orjson.dumps({"title": TITLE, "body": said, "path": path, "tag": tag, "language": language})
