"""Tests of the static files of web/: types, compression, caching and versions."""

import gzip
import json
import re
import shutil
import signal
import subprocess
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from realtime.http.web_files import ON_DEMAND, TYPES, WebFiles, is_for_others
from realtime.package_data import WEB_FOLDER
from tests.support.drawing import RECEIVE_TIMEOUT_S
from tests.support.files import ROOT
from tests.support.server import Server, serve, wait_until

# Files for the page's developers.
NOT_SERVED = {".d.ts", ".json"}

# A link that is generated from the imports of the page's modules.
PRELOAD = re.compile(rb'<link rel="modulepreload" href="([^"]+)">\n')


def request_file(
    server: Server, path: str, *, method: str = "GET", **headers: str
) -> tuple[HTTPResponse, bytes]:
    """Send a request, `_` in a header's name for `-`; return response and body as sent."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=RECEIVE_TIMEOUT_S)
    connection.request(
        method, path, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def paths() -> list[str]:
    """All files of web/ that are served."""
    return sorted(
        file.relative_to(WEB_FOLDER).as_posix()
        for file in WEB_FOLDER.rglob("*")
        if file.suffix in TYPES
    )


def test_every_file_is_served_as_what_it_is(server: Server) -> None:
    for path in ["", "shell.js", *paths()]:
        response, body = request_file(server, f"/{path}")
        assert response.status == 200, path
        assert response.headers["Content-Type"] == TYPES[Path(path or "index.html").suffix]
        assert int(response.headers["Content-Length"]) == len(body)
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        if not path.endswith((".css", ".js")) or path.startswith("vendor/"):
            assert PRELOAD.sub(b"", body) == (WEB_FOLDER / (path or "index.html")).read_bytes()


def test_modules_that_scripts_import_are_preloaded_nearest_first() -> None:
    files = {
        "index.html": b'<script type="module" src="page/main.js"></script>\n<p>\n',
        "plain.html": b"<p>",
        "in/other.html": b'<script type="module" src="../core/c.js"></script>\n'
        b'<script type="module" src="b.js"></script>\n',
        "page/main.js": b'import{a}from"./a.js";import\n{ c }\nfrom "../core/c.js";'
        b'const later=import("./later.js");',
        "page/a.js": b'import"../core/d.js";export*from "../core/c.js";',
        "page/later.js": b'import"./a.js";',
        "core/c.js": b'import{d}from"./d.js";',
        "core/d.js": b'const text = "from main.js";',
        "in/b.js": b'import"../core/d.js";',
    }
    served = {name: file.plain for name, file in WebFiles(files).files.items()}
    preloaded = {
        name: [link.decode() for link in PRELOAD.findall(served[name])]
        for name in served
        if name.endswith(".html")
    }
    assert preloaded == {
        "index.html": ["page/a.js", "core/c.js", "core/d.js"],
        "plain.html": [],
        "in/other.html": ["../core/d.js"],
    }
    assert served["index.html"].startswith(files["index.html"].removesuffix(b"<p>\n") + b"<link")
    with pytest.raises(KeyError, match="core/none"):
        WebFiles({**files, "core/d.js": b'import"./none.js"'})


def test_scripts_are_served_without_comments_and_stay_valid(tmp_path: Path) -> None:
    """The browser tests show that the minified scripts work."""
    page = WebFiles.read(WEB_FOLDER)
    scripts = [
        name for name in page.files if name.endswith(".js") and not name.startswith("vendor/")
    ]
    assert len(scripts) > 10
    for name in scripts:
        assert b"/**" not in page.files[name].plain
        as_module = tmp_path / Path(name).with_suffix(".mjs").name
        as_module.write_bytes(page.files[name].plain)
        subprocess.run(["node", "--check", as_module], check=True)


def test_styles_are_served_without_comments_and_indentation() -> None:
    plain = WebFiles.read(WEB_FOLDER).files["style.css"].plain
    assert not re.search(rb"/\*|\s\s", plain)
    for kept in (b"[hidden] { display: none !important; }", b'"Segoe UI"', b"@media print {"):
        assert kept in plain


def test_every_file_of_the_page_is_of_a_known_type() -> None:
    others = [
        file
        for file in WEB_FOLDER.rglob("*")
        if file.is_file() and file.suffix not in TYPES and not file.name.startswith("LICENSE")
    ]
    assert [file for file in others if not file.name.endswith(tuple(NOT_SERVED))] == []


def test_a_file_is_compressed_for_clients_that_accept_it(server: Server) -> None:
    plain = WebFiles.read(WEB_FOLDER).files["element/pad.js"].plain
    for accepted, is_compressed in [
        ("gzip, deflate, br, zstd", True),
        ("*", True),
        ("gzip;q=0, br", False),
        ("identity", False),
        ("", False),
    ]:
        response, body = request_file(server, "/element/pad.js", Accept_Encoding=accepted)
        assert (response.headers["Content-Encoding"] == "gzip") is is_compressed, accepted
        assert (gzip.decompress(body) if is_compressed else body) == plain
        assert response.headers["Vary"] == "Accept-Encoding"
        assert len(body) < len(plain) / 2 or not is_compressed


def test_an_unchanged_file_is_not_sent_again(server: Server) -> None:
    first, _ = request_file(server, "/page/main.js")
    tag = first.headers["ETag"]
    assert re.fullmatch(r'W/"[0-9a-f]{16}"', tag)
    assert first.headers["Cache-Control"] == "no-cache"
    for known in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        response, body = request_file(
            server, "/page/main.js", If_None_Match=known, Accept_Encoding="gzip"
        )
        assert (response.status, body) == (304, b"")
        assert response.headers["ETag"] == tag
        assert response.headers["Vary"] == "Accept-Encoding"
        assert response.headers["Page-Version"] == first.headers["Page-Version"]
    assert (
        request_file(server, "/page/main.js", If_None_Match='"0123456789abcdef"')[0].status == 200
    )
    assert request_file(server, "/element/pad.js")[0].headers["ETag"] != tag


def test_a_slash_that_a_proxy_has_left_does_not_matter(server: Server) -> None:
    for path in ("/", "/style.css", "/readyz"):
        response, body = request_file(server, path)
        again, same = request_file(server, f"/{path}")
        assert (again.status, same) == (response.status, body) == (200, body), path


def test_only_what_is_in_the_folder_is_served(server: Server) -> None:
    for path in (
        "/js",
        "/page/",
        "/../README.md",
        "/page/../../README.md",
        "/%2e%2e/README.md",
        "//page/",
        "/jsconfig.json",
        "/page/none.js",
    ):
        assert request_file(server, path)[0].status == 404, path
    refused = request_file(server, "/page/main.js", method="POST")[0]
    assert (refused.status, refused.headers["Allow"]) in ((405, "GET, HEAD"), (405, "HEAD, GET"))
    response, body = request_file(server, "/page/main.js", method="HEAD")
    assert (response.status, body) == (200, b"")
    assert int(response.headers["Content-Length"]) == len(
        WebFiles.read(WEB_FOLDER).files["page/main.js"].plain
    )


def test_pages_of_other_origins_may_load_the_files_and_nothing_else(server: Server) -> None:
    for path, is_public in (
        ("/", True),
        ("/page/main.js", True),
        ("/metrics", False),
        ("/predict", False),
        ("/readyz", False),
        ("/none", False),
    ):
        headers = request_file(server, path, Origin="https://elsewhere.example")[0].headers
        assert (headers["Access-Control-Allow-Origin"] == "*") is is_public, path
        assert (headers["Cross-Origin-Resource-Policy"] == "cross-origin") is is_public, path
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_version_is_that_of_all_files_together() -> None:
    files = {
        "index.html": b"<!doctype html>",
        "page/main.js": b"import './pad.js'",
        "element/pad.js": b"export {}",
        "sw.js": b"0",
    }
    page = WebFiles(files)
    assert page.version == WebFiles(dict(reversed(files.items()))).version
    for name in files:
        assert WebFiles({**files, name: files[name] + b"\n"}).version != page.version
    assert (
        WebFiles(
            {
                **files,
                "page/main.js": files["element/pad.js"],
                "element/pad.js": files["page/main.js"],
            }
        ).version
        != page.version
    )
    list_of_files = page.files["shell.js"].plain
    assert page.version.encode() in list_of_files
    assert b'["", "element/pad.js", "page/main.js"]' in list_of_files


def test_what_few_want_is_served_but_not_cached_by_every_page() -> None:
    page = WebFiles.read(WEB_FOLDER)
    cached = json.loads(page.files["shell.js"].plain.decode().partition("=")[2].rstrip(";\n"))
    served = {name for name in page.files if name not in ("", "sw.js", "shell.js", "index.html")}
    for_others = set(filter(is_for_others, served))
    assert "js/handwriting.js" in for_others
    assert served - set(cached["paths"]) == {*ON_DEMAND, *for_others}
    # A module that is preloaded would be loaded by everybody.
    few = {*ON_DEMAND, *for_others}
    assert not [name for name in few if name.encode() in page.files[""].plain]


def test_all_workers_serve_the_page_as_it_was_at_the_start_or_at_the_last_reload(
    tmp_path: Path,
) -> None:
    """A file that changes on the disk is not mixed with older ones."""
    folder = tmp_path / "project"
    for part in ("realtime", "web"):
        shutil.copytree(ROOT / part, folder / part)
    shutil.copy(ROOT / "gunicorn.conf.py", folder)
    with serve(
        tmp_path / "log", workers=2, folder=folder, INK_WEIGHTS=str(ROOT / "weights")
    ) as server:

        def seen() -> set[tuple[str, bool]]:
            """Versions that ten requests get, and whether their main.js is the changed one."""
            answers = [request_file(server, "/page/main.js") for _ in range(10)]
            return {
                (response.headers["Page-Version"], b"isChanged" in body)
                for response, body in answers
            }

        (before,) = seen()
        main = folder / "web" / "page" / "main.js"
        main.write_text(main.read_text() + "\nglobalThis.isChanged = true;\n")
        assert seen() == {before}
        assert not before[1]
        server.process.send_signal(signal.SIGHUP)
        after = before[0]

        def has_moved() -> bool:
            # The next ten requests may still meet an old worker.
            nonlocal after
            found = seen()
            ((after, is_changed),) = found if len(found) == 1 else [before]
            return is_changed

        wait_until(has_moved)
        assert after != before[0]
