"""Where the fetcher may go: public http(s) addresses on their usual ports, unless the operator allows private ones."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_USUAL_PORTS = frozenset({80, 443})

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


def refusal_of_ip(text: str, *, allow_private: bool) -> str:
    """Why this IP address must not be connected to; empty where it may.

    Link-local addresses never: a cloud's metadata lives there. An IPv4 address inside an IPv6 one (mapped, 6to4,
    Teredo, NAT64) is judged as what it leads to.
    """
    try:
        address = _inner(ipaddress.ip_address(text.partition("%")[0]))
    except ValueError:
        return f"{text} is no IP address"
    if address.is_link_local:
        return f"{address} is a link-local address"
    if address.is_multicast or address.is_unspecified or (address.is_reserved and not address.is_loopback):
        return f"{address} is no address of one host"
    if not allow_private and not address.is_global:
        return f"{address} is a private address"
    return ""


def _inner(address: IpAddress) -> IpAddress:
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else address


def refusal_of_url(url: str, *, allow_private: bool, own_ports: Collection[int] = ()) -> str:
    """Why this address must not be asked for at all: its scheme or its port; empty where it may.

    *own_ports* are the ports that the operator wrote into the source's own address.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return f"{url[:200]} is no address"
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return f"{url[:200]} is not an http address"
    if not allow_private and port not in _USUAL_PORTS and port not in own_ports:
        return f"port {port} is neither 80 nor 443 nor the source's own"
    return ""
