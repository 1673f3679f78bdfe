"""Tests of the notebook's widget in a page of another origin; the model stands in for Jupyter's."""

from playwright.sync_api import expect

from tests.support.drawing import SEVEN
from tests.support.notebook import widget_script
from tests.support.page import Visitor, draw, expect_answer, expect_status
from tests.support.server import Server
from tests.support.third_party_site import ThirdPartySite

# What anywidget gives to `render`: https://anywidget.dev/en/afm/
MODEL = """
window.synced = {};
const values = { service: SERVICE };
window.model = {
  get: (name) => values[name],
  set: (name, value) => (values[name] = value),
  save_changes: () => Object.assign(synced, JSON.parse(JSON.stringify(values))),
};
"""
RENDER = """async (script) => {
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const { default: widget } = await import(url);
  await widget.render({ model, el: document.body });
}"""


def test_the_kernel_gets_what_is_drawn_on_the_pad(
    visitor: Visitor, third_party_site: ThirdPartySite, embeddable_server: Server
) -> None:
    page = visitor.context.new_page()
    page.goto(third_party_site.add_page("", ""))
    page.evaluate(MODEL.replace("SERVICE", repr(embeddable_server.http)))
    page.evaluate(RENDER, widget_script())
    expect_status(page, "open")
    draw(page, *SEVEN)
    expect_answer(page, "final", "7")
    assert page.evaluate("synced.answer") == "7"
    (stroke,) = page.evaluate("synced.ink")
    assert sorted(stroke) == ["t", "x", "y"]
    assert len(stroke["x"]) == len(stroke["y"]) == len(stroke["t"]) >= len(SEVEN[0])
    page.get_by_role("button", name="Clear").click()
    expect_answer(page, "empty")
    expect(page.locator("ink-recognizer")).to_have_count(1)
    assert page.evaluate("synced.ink") == []
