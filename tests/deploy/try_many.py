"""Runs what deploy/many describes for real: nginx with that configuration, two workers, jobs, PostgreSQL and
Redis; official clients by every transport, while a worker is killed. Needs nginx, openssl and some seconds.

    .venv/bin/python -m tests.deploy.try_many

Not part of the suite, which needs no nginx. What came out of it stands in docs/operations.md.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import IO, Any

from config import ROOT
from models.people import User
from network.kernel.transaction import unit_of_work
from tests.deploy.test_small import documented
from tests.factories.people import make_session
from tests.live_server import wait_for
from tests.ports import free_port
from tests.realtime.conftest import make_cafe
from tests.running import running
from tests.servers import postgres_server, redis_server

MANY = ROOT / "deploy" / "many"
NODE = ROOT / ".venv" / "bin" / "node"
PEOPLE, ROUNDS, EVERY = 30, 40, 250
KILLED_FOR = 12
"""Rounds of what people say, not of a clock."""


def rendered(folder: Path, http: int, https: int, workers: list[int]) -> Path:
    """The configuration with other ports and places; nothing else is changed."""
    (folder / "logs").mkdir()
    upstream = (MANY / "workers.conf").read_text()
    for port, ours in zip((5001, 5002), workers, strict=True):
        upstream = upstream.replace(f"127.0.0.1:{port} ", f"127.0.0.1:{ours} ")
    (folder / "workers.conf").write_text(upstream)
    said = (MANY / "nginx.conf").read_text()
    said = re.sub(r"listen ((?:\[::\]:)?)80\b", rf"listen \g<1>{http}", said)
    said = re.sub(r"listen ((?:\[::\]:)?)443\b", rf"listen \g<1>{https}", said)
    said = said.replace("/etc/nginx/mentornet/", f"{folder}/").replace("/var/log/nginx/", f"{folder}/logs/")
    said = said.replace("mentors.example$request_uri", f"localhost:{https}$request_uri")
    said = said.replace("mentors.example", "localhost").replace("Host $host;", f"Host $host:{https};")
    # Tells the trial who answered; and this trial may run without rights.
    said = said.replace("gzip off;", "gzip off; add_header X-Worker $upstream_addr always;")
    places = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    said = said.replace("\nhttp {", f"\npid {folder}/nginx.pid;\ndaemon off;\nhttp {{ {places}")
    (folder / "nginx.conf").write_text(said)
    return folder / "nginx.conf"


@contextmanager
def process(*words: object, log: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program until the block ends."""
    around = {"PATH": os.environ["PATH"], **environment}
    with log.open("ab") as said:
        started = subprocess.Popen([str(word) for word in words], env=around, stdout=said, stderr=said)
    try:
        yield started
    finally:
        started.send_signal(signal.SIGTERM)
        try:
            started.wait(15)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def is_ready(port: int) -> bool:
    """Whether a worker says so itself."""
    line = HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        line.request("GET", "/readyz")
        return line.getresponse().status == 200
    except OSError:
        return False
    finally:
        line.close()


class Front:
    """nginx, as a browser sees it."""

    def __init__(self, port: int, certificate: Path) -> None:
        self.port, self._context = port, ssl.create_default_context(cafile=str(certificate))

    def get(self, path: str, **headers: str) -> tuple[int, Any]:
        """Status and headers of an answer."""
        line = HTTPSConnection("localhost", self.port, timeout=15, context=self._context)
        try:
            line.request(
                "GET", path, headers={name.replace("_", "-"): said for name, said in headers.items()}
            )
            answer = line.getresponse()
            answer.read()
            return answer.status, answer.headers
        finally:
            line.close()


def say(what: str, value: object) -> None:
    """A line of the report."""
    sys.stdout.write(f"{what}: {value}\n")
    sys.stdout.flush()


def main() -> None:
    """Run it all and tell what came out."""
    nginx = shutil.which("nginx") or sys.exit("nginx is not installed")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mentornet-many-")))
        folder.chmod(0o755)
        database = stack.enter_context(postgres_server(durable=True))
        redis = stack.enter_context(redis_server())
        http, https, *ports = (free_port() for _ in range(4))
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
             "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "privkey.pem",
             "-out", folder / "fullchain.pem"], check=True, capture_output=True,
        )  # fmt: skip
        configuration = rendered(folder, http, https, ports)
        tested = subprocess.run(
            [nginx, "-t", "-c", configuration], capture_output=True, text=True, check=False
        )
        say("nginx -t", tested.returncode or "ok")
        if tested.returncode:
            sys.exit(tested.stderr)
        settings = {
            **documented(), **documented(MANY),
            "MENTORNET_DATABASE_URL": database, "MENTORNET_REDIS_URL": f"{redis}/0",
            "MENTORNET_DATA_DIR": str(folder / "data"), "MENTORNET_BASE_URL": f"https://localhost:{https}",
            "MENTORNET_LOG_LEVEL": "WARNING", "MENTORNET_SENDS_PER_MINUTE": "2000",
            "MENTORNET_SENDS_BURST": "500",
        }  # fmt: skip
        mentornet = [sys.executable, ROOT / "wsgi.py"]
        upgraded = {"PATH": os.environ["PATH"], **settings}
        subprocess.run([*mentornet, "upgrade"], env=upgraded, check=True, capture_output=True)
        begin = {
            port: lambda port=port: stack.enter_context(
                process(*mentornet, "serve", "--no-jobs", log=folder / f"{port}.log",
                        **settings | {"MENTORNET_PORT": str(port)})
            ) for port in ports
        }  # fmt: skip
        running_workers = {port: begin[port]() for port in ports}
        stack.enter_context(process(*mentornet, "jobs", log=folder / "jobs.log", **settings))
        for port in ports:
            wait_for("A worker", lambda port=port: is_ready(port))
        stack.enter_context(process(nginx, "-c", configuration, log=folder / "nginx.log"))
        front = Front(https, folder / "fullchain.pem")
        wait_for("nginx", lambda: _answers(front))
        _look_at_pages(front, http)
        stack.enter_context(running(database, folder / "data", base_url=settings["MENTORNET_BASE_URL"]))
        cafe = make_cafe()
        members = [cafe.ann, cafe.bob, cafe.meta, *(cafe.community.member() for _ in range(PEOPLE - 3))]
        cookies = []
        with unit_of_work() as unit:
            cookies = [make_session(unit.session.get_one(User, actor.user_id))[1] for actor in members]
        homes = _look_at_stickiness(front, cookies)
        asked = {
            "url": settings["MENTORNET_BASE_URL"], "origin": settings["MENTORNET_BASE_URL"], "rounds": ROUNDS,
            "every": EVERY, "scope": f"room:{cafe.room.id}", "topic_id": cafe.topic.id, "cookies": cookies,
        }  # fmt: skip
        with subprocess.Popen(
            [NODE, ROOT / "tests" / "deploy" / "many.mjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, env={"PATH": os.environ["PATH"], "NODE_EXTRA_CA_CERTS": str(folder / "fullchain.pem")},
        ) as clients:  # fmt: skip
            assert clients.stdin is not None and clients.stdout is not None
            clients.stdin.write(json.dumps(asked))
            clients.stdin.close()
            assert clients.stdout.readline() == "connected\n"
            _hear(clients.stdout, ROUNDS // 3)
            killed = homes.most_common(1)[0][0]
            _kill(running_workers[killed])
            say("killed with SIGKILL", f"the worker of {homes[killed]} of {PEOPLE}")
            _hear(clients.stdout, KILLED_FOR)
            running_workers[killed] = begin[killed]()
            _hear(clients.stdout, ROUNDS - ROUNDS // 3 - KILLED_FOR)
            seen = json.loads(clients.stdout.readline())
        _tell(seen)
        left = (folder / "nginx.log").read_text().strip()
        say("nginx said", left or "nothing")


def _hear(clients: IO[str], rounds: int) -> None:
    """Wait until that many more rounds were said and acknowledged."""
    for _round in range(rounds):
        assert clients.readline() == "said\n"


def _answers(front: Front) -> bool:
    try:
        return front.get("/healthz")[0] == 200
    except OSError:
        return False


def _look_at_pages(front: Front, http: int) -> None:
    status, headers = front.get("/signin")
    say("sign-in page", f"{status}, {headers['Strict-Transport-Security']}, server {headers['Server']}")
    line = HTTPConnection("localhost", http, timeout=5)
    line.request("GET", "/signin?a=b")
    answer = line.getresponse()
    say("http", f"{answer.status} to {answer.headers['Location'].rpartition('/')[2]}")
    line.close()
    say("figures from outside", front.get("/metrics")[0])
    statuses = Counter(
        front.get("/socket.io/?EIO=4&transport=polling", X_Forwarded_For=f"198.51.100.{n % 250}")[0]
        for n in range(320)
    )
    say("320 handshakes from one address that claims to be many", dict(statuses))


def _look_at_stickiness(front: Front, cookies: list[str]) -> Counter[int]:
    homes: Counter[int] = Counter()
    moved = 0
    for cookie in cookies:
        seen = {
            front.get(path, Cookie=f"a=b; __Host-mentornet_session={cookie}; c=d")[1]["X-Worker"]
            for path in ("/healthz", "/signin", "/api/v1/me", "/healthz?x=1")
        }
        moved += len(seen) - 1
        homes[int(seen.pop().rpartition(":")[2])] += 1
    say("people at each worker", f"{sorted(homes.values())}, of whom {moved} moved between requests")
    return homes


def _kill(worker: subprocess.Popen[bytes]) -> None:
    """The whole of a worker, without a word."""
    for child in Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split():
        grandchildren = Path(f"/proc/{child}/task/{child}/children").read_text().split()
        for one in (*grandchildren, child):
            os.kill(int(one), signal.SIGKILL)
    worker.kill()
    worker.wait()


def _tell(seen: list[dict[str, Any]]) -> None:
    said = sum(one["acks"] for one in seen)
    say("acknowledged", f"{said} of {6 * ROUNDS}, the slowest after {max(one['slowest'] for one in seen)} ms")
    for way in ("polling", "upgrade", "websocket"):
        ours = [one for one in seen if one["way"] == way]
        whole = sum(one["heard"] == one["different"] == said for one in ours)
        broke = sum(one["breaks"] > 0 for one in ours)
        carried = Counter(one["transport"] for one in ours)
        say(
            f"{len(ours)} by {way}",
            f"carried by {dict(carried)}, {broke} broke, {whole} heard all of it once",
        )
    if any(one["heard"] != said or one["different"] != said for one in seen):
        sys.exit("somebody missed something")


if __name__ == "__main__":
    main()
