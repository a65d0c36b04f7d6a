"""The addresses of files for people: the bytes of one, a picture's small picture, the files of one message;
and what the box of a conversation is given with the first file that somebody chooses."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request
from werkzeug import Response

from network import discussions, files
from network.kernel import runtime
from network.kernel.actor import Actor
from web.file_words import shown_files
from web.pages import page

blueprint = Blueprint("files", __name__)


@page(blueprint, "/files/<id:file_id>")
def file(actor: Actor, file_id: str) -> Response:
    """A file, to be saved; a voice note is heard from here, a piece at a time."""
    found = discussions.open_file(actor, file_id)
    return _delivered(found, found.view["media_type"], found.view["name"])


@page(blueprint, "/files/<id:file_id>/preview")
def preview(actor: Actor, file_id: str) -> Response:
    """The small picture of a picture."""
    found = discussions.open_file(actor, file_id, preview=True)
    answer = _delivered(found, "image/webp", "preview.webp")
    # Whoever reads on does not fetch it anew each time, and asks each time whether she still may have it.
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@page(blueprint, "/talk/m/<id:message_id>/files")
def of_message(actor: Actor, message_id: str) -> str:
    """The files of a message, alone: what the script fetches for one that comes in."""
    carried = discussions.get_message(actor, message_id)["files"]
    return render_template("files/of_message.html", files=shown_files(carried))


@page(blueprint, "/talk/files")
def tools(_actor: Actor) -> str:
    """What the box needs for choosing and recording, as patterns for the script."""
    settings = runtime.current().settings
    minutes, seconds = divmod(settings.voice_note_max_seconds, 60)
    return render_template(
        "files/tools.html", most=files.MOST_FILES, longest=f"{minutes}:{seconds:02}",
        seconds=settings.voice_note_max_seconds, most_bytes=settings.upload_max_bytes,
        megabytes=settings.upload_max_bytes // 1_048_576,
    )  # fmt: skip


def _delivered(found: discussions.OpenedFile, media_type: str, name: str) -> Response:
    """The bytes so that nothing in them is run, whatever they are (A16): saved and not opened, of the kind
    that they are. Who may have them is asked again each time."""
    response = make_response(found.content)
    response.content_type = media_type
    response.headers["Content-Disposition"] = files.attachment_header(name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    response.vary.update(("Cookie", "Authorization"))
    response.set_etag(f"{found.view['id']}-{found.view['bytes']}")
    return response.make_conditional(request, accept_ranges=True, complete_length=len(found.content))
