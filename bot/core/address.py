"""Addresses of the web: repaired, compared, and traced to their site.

repair      what a portal wrote in an href  -> an absolute http(s) address, or None
openable    an address                      -> the same without a visitor's session, so that anybody can open it
canonical   an address                      -> the form that two spellings of one page share (for keys, not to open)
site_of     a host                          -> the registrable domain: who answers for it
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urljoin, urlsplit, urlunsplit

_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.\-]*):")
_NOT_FETCHED = frozenset({"javascript", "mailto", "tel", "data", "about", "ftp", "file", "tag", "urn", "sms", "zalo"})
_INVISIBLE = re.compile("[\x00-\x20\x7f\u00a0\u00ad\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060\ufeff]+")
_TWICE = re.compile(r"^https?:/{0,2}[^/?#]*?(?=https?:/)", re.IGNORECASE)
_TWICE_IN_PATH = re.compile(r"^https?://([^/?#]+)/+(https?:/{1,2}([^/?#]+).*)$", re.IGNORECASE)
_SLOPPY = re.compile(r"^(https?)(?::|(?=//))[/\\]*(?=[^/\\])", re.IGNORECASE)
_HOST = re.compile(r"^(?:[^\s/?#@:<>\"'\\]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?$")
_DOTTED = re.compile(r"^[^/?#:]+\.[^/?#:.]+(?::\d+)?(?=[/?#]|$)")

# Second levels under which domains are registered, beside a country's two letters (after publicsuffix.org, in short).
_SECOND_LEVELS = re.compile(
    r"^(?:ac|co|com|edu|gob|gouv|gov|gv|go|id|info|int|lg|mil|name|ne|net|nhs|nom|or|org|pro|sch|health|biz|io)$"
)
_HOST_ALIASES = ("www.", "www1.", "www2.", "www3.", "m.", "mobile.")

_SESSION = re.compile(
    r"^(?:jsessionid|phpsessid|aspsessionid\w*|asp\.net_sessionid|cfid|cftoken|session_?id|sessid|osid|zenid"
    r"|p_auth|p_p_auth)$",
    re.IGNORECASE,
)
_SHORT_SESSION = re.compile(r"^(?:sid|s|session)$", re.IGNORECASE)
_TRACKING = re.compile(
    r"^(?:utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|igshid|zarsrc|zalo_src|mc_[ce]id|_ga|_gl|xtor|cmpid"
    r"|ncid|at_(?:medium|campaign|custom\d)|ito|ns_(?:mchannel|campaign|source|linkname)|wt_(?:mc|zmc)|ref_(?:src|url)"
    r"|redirect|_?redirect_?url|inheritredirect|_redirect|refererplid|backurl|p_l_back_url|p_p_(?:state|mode|lifecycle"
    r"|cacheability|col_id|col_pos|col_count)|controlpanelcategory|cacheid|cache|nocache|usedefault(?:text|desc)"
    r"|_|ts|timestamp|rand|random|rnd|cb)$",
    re.IGNORECASE,
)
_STAMP = re.compile(r"^(?:t|v|time|_t)=1[3-9]\d{8}(?:\d{3})?$|^mod=ajpere", re.IGNORECASE)
_HEX = re.compile(r"^[0-9A-Za-z]{16,}$")
_MATRIX = re.compile(r";[A-Za-z_]+=[^/?#;]*|;jsessionid[^/?#]*", re.IGNORECASE)
_ASP_SESSION = re.compile(r"/\((?:[A-Z]\([^)/]*\))+\)", re.IGNORECASE)
_STATE = re.compile(r"/!ut/p/.*$")
_NO_PART = re.compile(r"=|^:~:|^(?:comments?|respond|top|rss|content|main)?$")
_INDEX_PAGE = re.compile(r"/(?:index|default|home)\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)
_SLASHES = re.compile(r"/{2,}")
_PORT = re.compile(r":(\d+)$")
_CACHED: Final = 256
"""An address is asked for several times while its keys are made, then never again; hosts come back."""


def repair(raw: str, base: str = "") -> str | None:
    """The absolute http(s) address that *raw* means on the page *base*; None where nobody can tell.

    Mends `http:host/x`, `http:/host/x`, `//host/x`, `https://hosthttps://host/x`, `www.host/x`, backslashes, blanks,
    `&amp;`, user names before the host; resolves `/x`, `x`, `?x`. Other schemes and mere fragments are None.
    """
    text = _INVISIBLE.sub(" ", raw).strip().replace("&amp;", "&")
    text = text.replace("\\", "/").replace(" ", "%20")
    if not text or text.startswith("#") or text.lower().rstrip("/") in ("http:", "https:"):
        return None
    text = _undouble(text)
    scheme = _SCHEME.match(text)
    if scheme and scheme[1].lower() in _NOT_FETCHED:
        return None
    if text.lower().startswith(("http:", "https:", "http//", "https//")):
        text = _mend_scheme(text, base)
    elif text.lower().startswith("www.") and _DOTTED.match(text):
        text = f"{_scheme_of(base)}://{text}"
    return _absolute(text, base)


def _undouble(text: str) -> str:
    while inner := _TWICE.match(text):
        if not text[inner.end() :]:
            break
        text = text[inner.end() :]
    nested = _TWICE_IN_PATH.match(text)
    if nested and site_of(nested[1].partition(":")[0]) == site_of(nested[3].partition(":")[0]):
        return nested[2]
    return text


def _mend_scheme(text: str, base: str) -> str:
    found = _SLOPPY.match(text)
    if found is None:
        return text
    rest = text[found.end() :]
    scheme = found[1].lower()
    if text[len(scheme) : len(scheme) + 3] == "://" or _DOTTED.match(rest) or rest.startswith(("localhost", "[")):
        return f"{scheme}://{rest}"
    return urljoin(base, "/" + rest) if base else text


def _absolute(text: str, base: str) -> str | None:
    try:
        parts = urlsplit(urljoin(base, text) if base else text)
        host = parts.netloc.rpartition("@")[2]
        valid = parts.scheme in ("http", "https") and bool(_HOST.match(host)) and (parts.port or 1) > 0
    except ValueError:
        return None
    if not valid or ".." in host or host.startswith("."):
        return None
    return urlunsplit((parts.scheme, host.lower(), parts.path, parts.query, parts.fragment))


def _scheme_of(base: str) -> str:
    return "https" if base.lower().startswith("https") else "http"


def openable(url: str) -> str:
    """*url* without session ids (`;jsessionid=`, `PHPSESSID=`, `/(S(...))/`): they are the bot's, and they expire."""
    parts = urlsplit(url)
    path = re.sub(r";jsessionid=[^/?#;]*", "", _ASP_SESSION.sub("", parts.path), flags=re.IGNORECASE)
    kept = "&".join(pair for pair in parts.query.split("&") if not _is_session(*_pair(pair)))
    return urlunsplit((parts.scheme, parts.netloc, path, kept, parts.fragment))


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return unquote(name), unquote(value)


def _is_session(name: str, value: str) -> bool:
    return bool(_SESSION.match(name) or (_SHORT_SESSION.match(name) and _HEX.match(value) and not value.isdigit()))


@lru_cache(maxsize=_CACHED)
def canonical(url: str) -> str:
    """The spelling by which two addresses of one page are equal: for keys only, it need not open.

    Without scheme, `www.`, default port, session, portal state (`!ut/p/...`), tracking, time stamps, index page and
    trailing slash; path in lower case (most portals run on IIS), query sorted by name. A fragment stays where it may
    name a part (`#bai-2`, `#!/tin/2`), not where it only counts visits (`#ref=rss`).
    """
    parts = urlsplit(url)
    path = _STATE.sub("", _MATRIX.sub("", _ASP_SESSION.sub("", parts.path)))
    path = _INDEX_PAGE.sub("", _SLASHES.sub("/", unquote(path))).rstrip("/").lower()
    query = _lasting(parts.query) if parts.query else ""
    fragment = "" if _NO_PART.search(parts.fragment) else parts.fragment
    host = host_of(url)
    port = _odd_port(parts.netloc)
    return host + port + path + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")


def _lasting(query: str) -> str:
    """The parameters that say what is shown, by name."""
    return "&".join(
        f"{name.lower()}={value}"
        for name, value in sorted(parse_qsl(query.replace(";", "&"), keep_blank_values=True))
        if value and not (_TRACKING.match(name) or _is_session(name, value) or _STAMP.match(f"{name}={value}"))
    )


def _odd_port(netloc: str) -> str:
    found = _PORT.search(netloc)
    return f":{found[1]}" if found and found[1] not in ("80", "443") else ""


def state_only(url: str) -> bool:
    """Whether the address names a portal page by state (`!ut/p/...`): the same page for many articles."""
    return "/!ut/p/" in url


@lru_cache(maxsize=_CACHED)
def host_of(url: str) -> str:
    """The host without aliases (`www.`, `m.`), port and user, in lower case ASCII; empty where there is none."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""
    for alias in _HOST_ALIASES:
        if host.startswith(alias) and host.count(".") >= 2:
            return _ascii(host.removeprefix(alias))
    return _ascii(host)


def _ascii(host: str) -> str:
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def site_of(host: str) -> str:
    """The registrable domain of *host* (`so.thanhhoa.gov.vn` -> `thanhhoa.gov.vn`); an IP address is its own site.

    A short rule instead of the public suffix list: two labels, three under a country's second level such as `gov.vn`.
    """
    host = host.lower().rstrip(".")
    labels = host.split(".")
    if len(labels) <= 2 or ":" in host or labels[-1].isdigit():
        return host
    deep = len(labels[-1]) == 2 and bool(_SECOND_LEVELS.match(labels[-2]))
    return ".".join(labels[-3:] if deep else labels[-2:])


def same_site(one: str, other: str) -> bool:
    """Whether two addresses are answered for by the same registrable domain."""
    first, second = host_of(one), host_of(other)
    return bool(first) and site_of(first) == site_of(second)


def quoted(url: str) -> str:
    """*url* with everything outside ASCII percent-encoded, as it goes over the wire (RFC 3986, RFC 3987)."""
    parts = urlsplit(url)
    host = parts.netloc if parts.netloc.isascii() else _ascii(parts.hostname or "") + _odd_port(parts.netloc)
    safe = "!$%&'()*+,/:;=?@[]~"
    return urlunsplit((parts.scheme, host, quote(parts.path, safe), quote(parts.query, safe), ""))
