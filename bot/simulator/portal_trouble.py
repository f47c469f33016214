"""What goes wrong with portals, on demand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from aiohttp import web

from bot.simulator.listening import LocalServer, cut

TroubleKind = Literal["404", "410", "403", "500", "503", "html", "broken_xml", "huge", "empty", "hang", "slow", "drop"]
_HUGE = 6_000_000
_STATUS_PAGE = (
    "<!doctype html><html lang='vi'><head><meta charset='utf-8'><title>Trạng thái</title></head>"
    "<body><h1>Hệ thống đang bảo trì</h1><p>Xin quý vị vui lòng quay lại sau.</p></body></html>"
)
_BROKEN = (
    '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>Tin tức</title>'
    "<item><title>Tin bị cắt gi"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One kind of trouble for requests whose path begins with one of `paths` (none: every path).

    `seconds`: how long "slow" answers take and "hang" hangs (0: for ever); what 503 asks for in Retry-After.
    """

    kind: TroubleKind
    paths: tuple[str, ...] = ()
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in get_args(TroubleKind):
            raise ValueError(f"unknown trouble {self.kind!r}; there are {', '.join(get_args(TroubleKind))}")

    def hits(self, path: str) -> bool:
        """Whether it troubles a request for that path."""
        return not self.paths or path.startswith(self.paths)

    async def answer(self, request: web.BaseRequest, server: LocalServer) -> web.StreamResponse | None:
        """The troubled answer; None where the right one follows (only late)."""
        match self.kind:
            case "slow":
                await server.pause(self.seconds)
                return None
            case "hang":
                await server.pause(self.seconds)
                return cut(request)
            case "drop":
                return cut(request)
            case "503":
                headers = {"Retry-After": str(int(self.seconds))} if self.seconds else {}
                return web.Response(status=503, text="Service Unavailable", headers=headers)
            case "404" | "410" | "403" | "500":
                return web.Response(status=int(self.kind), text=_STATUS_PAGE, content_type="text/html")
            case _:
                return _nonsense(self.kind)


def _nonsense(kind: TroubleKind) -> web.Response:
    match kind:
        case "html":
            return web.Response(text=_STATUS_PAGE, content_type="text/html")
        case "broken_xml":
            return web.Response(text=_BROKEN, content_type="application/rss+xml")
        case "huge":
            return web.Response(body=_BROKEN.encode() + b" " * _HUGE, content_type="application/rss+xml")
        case _:
            return web.Response(body=b"", content_type="application/rss+xml")
