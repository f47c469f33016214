"""Form-encoded bodies, decoded fast: a broadcast repeats the same long values thousands of times."""

from __future__ import annotations

from urllib.parse import unquote_plus

_REMEMBER = 512


class FormReader:
    """Decodes application/x-www-form-urlencoded and remembers values that needed work, up to a bound."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def values(self, form: str) -> dict[str, str]:
        """The fields, the last of a name winning; ValueError where they are not UTF-8."""
        fields = {}
        for pair in form.split("&"):
            name, _, raw = pair.partition("=")
            if name:
                fields[self._decoded(name)] = self._decoded(raw)
        return fields

    def _decoded(self, raw: str) -> str:
        if "%" not in raw and "+" not in raw:
            return raw
        known = self._known.get(raw)
        if known is None:
            known = unquote_plus(raw, errors="strict")
            if len(self._known) >= _REMEMBER:
                self._known.clear()
            self._known[raw] = known
        return known
