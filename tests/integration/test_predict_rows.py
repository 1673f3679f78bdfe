"""Tests of pictures of several digits, sent to a running service."""

from concurrent.futures import ThreadPoolExecutor

from tests.support.pictures import PICTURES, encode_image
from tests.support.row_pictures import row_picture, two_rows
from tests.support.server import Server
from tests.support.uploads import predict


def test_rows_and_digits_sent_at_once_are_each_answered(server: Server) -> None:
    texts = ["207", "11", "4755", "90", "1234567890"]
    pictures = [encode_image(255 - row_picture(text)) for text in texts]
    with ThreadPoolExecutor(4) as senders:
        answers = list(
            senders.map(lambda picture: predict(server, picture), [*pictures, PICTURES["jpeg"]])
        )
    assert [status for status, _, _ in answers] == [200] * len(answers)
    assert [answer["text"] for _, answer, _ in answers] == [*texts, "7"]
    assert [answer["digit"] for _, answer, _ in answers] == [None] * len(texts) + [7]
    assert not any(answer["rejected"] for _, answer, _ in answers)


def test_the_same_picture_is_read_as_each_form_asks(server: Server) -> None:
    """In any order, and at once: what was read of it is not what another form asks for."""
    asked = [None, "digit", "character", "poem"] * 3
    with ThreadPoolExecutor(4) as senders:
        answers = list(
            senders.map(lambda recognize: predict(server, PICTURES["jpeg"], recognize), asked)
        )
    for recognize, (status, answer, _) in zip(asked, answers, strict=True):
        if recognize == "poem":
            assert (status, answer["error"]["field"]) == (400, "recognize")
        else:
            assert (status, answer["text"]) == (200, "7")
            assert ("characters" in answer) == (recognize == "character")
            assert ("digits" in answer) == (recognize != "character")


def test_two_rows_are_refused_in_words(server: Server) -> None:
    status, answer, _ = predict(server, encode_image(255 - two_rows("12", "345")))
    assert status == 200
    assert (answer["rejected"], answer["text"]) == (True, "")
    assert answer["reason"] == "there are lines one under the other"
