"""The token never reaches a log line."""

from __future__ import annotations

import io
import logging

from bot.logs import RedactingFormatter

TOKEN = "123456789:AAE4cXw1-an_invented_token_of_tests"


def written(message: str, *values: object, error: BaseException | None = None) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(RedactingFormatter([TOKEN, "hush"]))
    info = (type(error), error, error.__traceback__) if error else None
    handler.handle(logging.LogRecord("loa", logging.INFO, __file__, 1, message, values, info))
    return stream.getvalue()


def test_the_token_is_blotted_out_of_a_message_and_of_its_values() -> None:
    assert TOKEN not in written("GET /bot%s/getMe", TOKEN)
    assert "getMe" in written("GET /bot%s/getMe", TOKEN)


def test_another_token_is_recognised_by_its_form_also_when_it_is_quoted() -> None:
    other = "987654321:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
    assert "BBBB" not in written("at https://api.example/bot%s/x and %s", other, other.replace(":", "%3A"))


def test_a_traceback_is_blotted_too() -> None:
    try:
        raise OSError(f"cannot connect to /bot{TOKEN}/getUpdates")
    except OSError as error:
        line = written("listen.failed", error=error)
    assert "Traceback" in line
    assert TOKEN not in line


def test_other_secrets_are_blotted_out() -> None:
    assert "hush" not in written("secret=%s", "hush")
