"""Built files: a new build reaches a running server, and pages that are open keep what they ask for."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config import ROOT
from web.assets import DIST, BuiltFiles

DAY = 24 * 3600


def make_build(folder: Path, name: str, moment: int) -> None:
    """Write one style sheet and the manifest that names it, as a build does."""
    (folder / name).write_text(f"/* {name} */")
    manifest = folder / "manifest.json"
    manifest.write_text(json.dumps({"app.css": name}))
    os.utime(manifest, ns=(moment, moment))


def fetch(app: Flask, path: str) -> TestResponse:
    with app.test_client() as client, client.get(path) as answer:
        answer.get_data()
        return answer


def test_a_new_build_reaches_a_running_server(tmp_path: Path) -> None:
    make_build(tmp_path, "app.AAAAAAAA.css", 1_000)
    app = Flask(__name__)
    app.wsgi_app = BuiltFiles(app.wsgi_app, tmp_path)  # type: ignore[method-assign]
    assert fetch(app, "/static/app.AAAAAAAA.css").status_code == 200
    assert fetch(app, "/static/app.BBBBBBBB.css").status_code == 404

    make_build(tmp_path, "app.BBBBBBBB.css", 2_000)
    answer = fetch(app, "/static/app.BBBBBBBB.css")
    assert (answer.status_code, answer.text) == (200, "/* app.BBBBBBBB.css */")
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert fetch(app, "/static/app.AAAAAAAA.css").status_code == 200, "an open page still asks for it"
    assert fetch(app, "/static/../assets.py").status_code == 404


def test_a_build_keeps_what_open_pages_ask_for(tmp_path: Path) -> None:
    """Files of the week before stay, older ones go, and what is built is what the product has."""
    for name, age in (("app.LASTWEEK.css", 6 * DAY), ("app.LONGPAST.css", 8 * DAY)):
        (tmp_path / name).write_text("a {}")
        then = time.time() - age
        os.utime(tmp_path / name, (then, then))
    node = ROOT / ".venv" / "bin" / "node"
    subprocess.run([node, ROOT / "web/static/build.mjs", tmp_path], check=True, cwd=ROOT)
    made = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert "app.LASTWEEK.css" in made
    assert "app.LONGPAST.css" not in made
    assert set(manifest.values()) <= made
    assert f"{manifest['app.css']}.br" in made
    assert manifest.keys() == json.loads((DIST / "manifest.json").read_text()).keys()


def test_the_sign_is_there_for_what_has_no_page(client: FlaskClient) -> None:
    """Browsers ask for it beside a file or an answer in JSON; it is small, and asked for once a day."""
    answer = client.get("/favicon.ico")
    built = (DIST / json.loads((DIST / "manifest.json").read_text())["icon.svg"]).read_bytes()
    assert (answer.status_code, answer.data) == (200, built)
    assert len(built) < 2_000
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert answer.headers["Cache-Control"] == "max-age=86400, public"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    answer.close()
