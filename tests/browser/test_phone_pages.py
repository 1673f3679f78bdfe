"""Tests of the scripts that phones run in the element's page to hear its answers."""

from pathlib import Path

import pytest

from tests.support.drawing import SEVEN
from tests.support.files import ROOT
from tests.support.page import Visitor, draw, expect_answer
from tests.support.phone_sources import multiline_string
from tests.support.server import Server

# What a WebView, or a WKWebView, gives to the page; and when it runs the script.
ANDROID = "window.phone = { answer: (label) => heard.push(label) };"
IOS = "window.webkit = { messageHandlers: { ink: { postMessage: (label) => heard.push(label) } } };"
WEB_INK_ACTIVITY = ROOT / "examples" / "android" / "WebInkActivity.kt"
WEB_PAD = ROOT / "examples" / "ios" / "Sources" / "InkViews" / "WebPad.swift"


@pytest.mark.parametrize(("source", "bridge"), [(WEB_INK_ACTIVITY, ANDROID), (WEB_PAD, IOS)])
def test_a_phone_hears_answers(visitor: Visitor, server: Server, source: Path, bridge: str) -> None:
    page = visitor.open(f"{server.http}/embed.html")
    page.evaluate(f"window.heard = []; {bridge}")
    page.evaluate(multiline_string(source))
    draw(page, *SEVEN)
    expect_answer(page, "final", "7")
    assert page.evaluate("heard.at(-1)") == "7"
    draw(page, [(60, 60), (350, 350), (60, 350), (350, 60), (200, 20), (200, 390), (20, 200)])
    expect_answer(page, "rejected")
    assert page.evaluate("heard.at(-1)") == "?"
