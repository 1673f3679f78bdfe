"""Test that what pages receive from the service is checked, as all of these tests rely on."""

from playwright.sync_api import Page

from tests.support.received_messages import RECEIVED_MESSAGES


def test_pages_are_watched(page_with_seven: Page) -> None:
    assert page_with_seven.url
    # `ready`, and an answer to each stroke.
    assert RECEIVED_MESSAGES.count_of_pages >= 2
