"""How the Bot API is called: python-telegram-bot's requests over aiohttp.

Two things matter here more than speed: whether a request left us (then its fate may be unknown, else it surely was
not executed), and that no error ever carries an address, for the token is part of it.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from os import strerror
from typing import TYPE_CHECKING, Any, Final, TypeAlias, Union

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

if TYPE_CHECKING:
    from telegram._utils.defaultvalue import DefaultValue

_Seconds: TypeAlias = Union["DefaultValue[float]", float, "DefaultValue[None]", None]
"""What python-telegram-bot passes where a timeout may be left to us."""

SEND_TIMEOUT: Final = 30.0
"""Seconds. Telegram may hold a request for 8 s before it answers 429; whoever gives up earlier sends twice."""
CONNECT_TIMEOUT: Final = 10.0
KEEP_ALIVE: Final = 25.0
"""Seconds that an idle connection is kept: less than a server keeps it, or it closes under our next request."""


class NotSent(NetworkError):
    """No byte of the request left us: no connection, no room in the pool."""


class NoAnswer(TimedOut):
    """The request was written and its answer did not come, or not whole."""


class NotJson(NetworkError):
    """Something answered that does not speak the Bot API: a proxy, a captive portal."""


class AiohttpRequest(BaseRequest):
    """One pool of connections. getUpdates gets one of its own, for its connection can stall for good.

    *ca_file* is trusted besides the system's certificates: for a Bot API server of one's own.
    """

    def __init__(self, *, connections: int = 64, read_timeout: float = SEND_TIMEOUT, ca_file: str = "") -> None:
        self._connections = connections
        self._read_timeout = read_timeout
        self._ca_file = ca_file
        self._timeout = _timeout(read_timeout)
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds without a byte of the answer after which a request is given up."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the pool; again after `shutdown` is fine."""
        if self._session is None:
            connector = aiohttp.TCPConnector(
                limit=self._connections,
                ssl=_trusting(self._ca_file) if self._ca_file else True,
                keepalive_timeout=KEEP_ALIVE,
                ttl_dns_cache=300,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                auto_decompress=False,
                skip_auto_headers=("Accept-Encoding",),
            )

    async def shutdown(self) -> None:
        """Close every connection."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()
            # TLS says goodbye in the next turns of the loop; without it aiohttp leaves its transports half open.
            await asyncio.sleep(0)

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: _Seconds = BaseRequest.DEFAULT_NONE,
        write_timeout: _Seconds = BaseRequest.DEFAULT_NONE,
        connect_timeout: _Seconds = BaseRequest.DEFAULT_NONE,
        pool_timeout: _Seconds = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Status and body of one call. Raises NotSent or NoAnswer."""
        session = self._session
        if session is None:
            raise NotSent("the connection pool is closed")
        timeout = _timeout(read_timeout) if isinstance(read_timeout, int | float) else self._timeout
        body, headers = _body(request_data)
        # No exception of aiohttp may be chained to ours: tracebacks print the whole chain, addresses included.
        trouble: NetworkError
        try:
            async with session.request(method, url, data=body, headers=headers, timeout=timeout) as response:
                return response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            trouble = NotSent(_why(error))
        except aiohttp.InvalidURL:
            trouble = NotSent("api_root is no address")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            trouble = (NotSent if _closed_before(error) else NoAnswer)(_why(error))
        raise trouble

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer as Telegram's object. Raises NotJson, which does not quote what came instead."""
        try:
            answer = json.loads(payload)
        except ValueError:
            answer = None
        if not isinstance(answer, dict) or not ("result" in answer or "error_code" in answer):
            raise NotJson(f"the answer is no Bot API object ({len(payload)} bytes)")
        return answer


def _timeout(read: float | None) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_TIMEOUT, sock_read=read)


def _trusting(ca_file: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.load_verify_locations(cafile=ca_file)
    return context


def _body(data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str]]:
    if data is None or not data.parameters:
        return None, {}
    if not data.contains_files:
        return json.dumps(data.parameters).encode(), {"Content-Type": "application/json"}
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, content_type) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=content_type)
    return form, {}


def _closed_before(error: BaseException | None) -> bool:
    """Whether a kept connection turned out closed when we began to write: the server never had the whole request."""
    while error is not None:
        if isinstance(error, aiohttp.ClientConnectionResetError) and "closing transport" in str(error):
            return True
        error = error.__cause__
    return False


def _why(error: BaseException) -> str:
    """What went wrong without any address: the kind of error and the system's words for it."""
    name = type(error).__name__
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return f"{name}: {getattr(error.certificate_error, 'verify_message', 'not trusted')}"
    if isinstance(error, aiohttp.ClientConnectorError):
        error = error.os_error
    if not isinstance(error, OSError) or not error.errno:
        return name
    return f"{name}: {strerror(error.errno) if error.errno > 0 else error.strerror}"
