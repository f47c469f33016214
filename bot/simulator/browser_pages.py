"""Pages for a browser: templates, their style and script files, and the headers that fence them in."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
# Pictures may come from the portal, which lives at another port; everything else is the page's own.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: http: https:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class BrowserPages:
    """Renders templates of `pages/` and hands out the files beside them."""

    def __init__(self, filters: Mapping[str, object]) -> None:
        from jinja2 import Environment, PackageLoader

        self._environment = Environment(
            loader=PackageLoader("bot.simulator", "pages"), autoescape=True, trim_blocks=True, lstrip_blocks=True
        )
        self._environment.filters.update(filters)

    def text(self, template: str, values: Mapping[str, object]) -> str:
        """The rendered template."""
        return self._environment.get_template(template).render(values)

    def page(self, template: str, values: Mapping[str, object], *, status: int = 200) -> web.Response:
        """A whole page."""
        answer = web.Response(status=status, text=self.text(template, values), content_type="text/html")
        answer.headers["Content-Security-Policy"] = _POLICY
        answer.headers["X-Content-Type-Options"] = "nosniff"
        # With "no-referrer" a browser says Origin: null for our own form, which would be refused.
        answer.headers["Referrer-Policy"] = "same-origin"
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def asset(self, name: str) -> web.Response:
        """A style, script or drawing; 404 where there is none of that name."""
        kind = _TYPES.get(name.rpartition(".")[2])
        found = files("bot.simulator").joinpath("pages", name)
        if kind is None or "/" in name or not found.is_file():
            return web.Response(status=404, text="Not Found")
        return web.Response(
            body=found.read_bytes(), content_type=kind, charset="utf-8", headers={"Cache-Control": "no-cache"}
        )


def from_elsewhere(request: web.BaseRequest) -> bool:
    """Whether another site's page sends this: a form may be posted only from our own pages, or by a program."""
    origin = request.headers.get("Origin")
    return origin is not None and origin.partition("://")[2] != request.host
