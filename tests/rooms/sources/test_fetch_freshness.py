"""What a portal's cache headers say about the next visit."""

from datetime import timedelta

import pytest

from bot.sources.fetch_freshness import freshness_of

NOON, ONE = "Sat, 14 Mar 2026 12:00:00 GMT", "Sat, 14 Mar 2026 13:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"Cache-Control": "max-age=600"}, 600),
        ({"Cache-Control": "public, Max-Age=600, s-maxage=3600"}, 600),
        ({"Cache-Control": 'max-age="600"', "Age": "200"}, 400),
        ({"Cache-Control": "max-age=60", "Age": "200"}, 0),
        ({"Cache-Control": "no-cache, max-age=600"}, 0),
        ({"Cache-Control": "no-store"}, 0),
        ({"Cache-Control": "max-age=soon", "Expires": ONE, "Date": NOON}, 3600),
        ({"Expires": ONE, "Date": NOON}, 3600),
        ({"Expires": "0", "Date": NOON}, 0),
        ({"Expires": NOON, "Date": ONE}, 0),
        ({"Expires": ONE}, 0),
        ({"Cache-Control": "max-age=9999999999"}, 365 * 86_400),
    ],
)
def test_freshness(headers: dict[str, str], seconds: int) -> None:
    assert freshness_of(headers.get) == timedelta(seconds=seconds)
