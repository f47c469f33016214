"""The exceptions of aiohttp and the socket, told as a `Trouble` in one line with the mend."""

from __future__ import annotations

import ssl
from urllib.parse import urlsplit

import aiohttp

from bot.model import Trouble, TroubleKind
from bot.sources.fetch_trouble import trouble_of_refusal

REFUSED = -7001
"""The errno of our own refusal to connect; no system has it."""


def trouble_of_error(error: Exception, url: str, ca_file: str) -> Trouble:
    """What *error*, met while *url* was asked for, means to the operator."""
    host = urlsplit(url).hostname
    match error:
        case aiohttp.ClientConnectorError() if error.os_error.errno == REFUSED:
            return trouble_of_refusal(error.os_error.strerror or "")
        case aiohttp.ClientConnectorCertificateError():
            return _trouble_of_certificate(host, error.certificate_error)
        case aiohttp.ClientSSLError() | ssl.SSLError():
            return _trouble_of_handshake(host, error, ca_file)
        case aiohttp.ClientConnectorDNSError():
            why = f"no such host: {host} - look at the address in config.toml, or at this machine's name service"
        case aiohttp.ClientConnectorError():
            why = f"{host} cannot be reached ({error.os_error.strerror or error}) - Loa tries again later"
        case FileNotFoundError() | PermissionError():
            why = f"ca_file {ca_file!r} cannot be read - give the path of a PEM file"
        case aiohttp.InvalidURL() | ValueError():
            return trouble_of_refusal(f"{url[:200]} is no proper address")
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientOSError() | aiohttp.ClientPayloadError():
            why = f"{host} broke off the connection - Loa tries again later"
        case _:
            why = f"{host} does not speak HTTP as it should ({type(error).__name__}) - tell the portal's operators"
    return Trouble(kind=TroubleKind.UNREACHABLE, why=why)


def _trouble_of_certificate(host: str | None, error: Exception) -> Trouble:
    reason = getattr(error, "verify_message", "") or str(error)
    return Trouble(
        kind=TroubleKind.TLS,
        why=f"the certificate of {host} cannot be verified ({reason})"
        " - give the missing issuer's certificate as the source's ca_file",
    )


def _trouble_of_handshake(host: str | None, error: Exception, ca_file: str) -> Trouble:
    if ca_file and "X509" in str(error):
        why = f"ca_file {ca_file!r} holds no certificate - give the path of a PEM file"
    else:
        why = f"no secure connection to {host} - an old server may need legacy_tls = true in its source"
    return Trouble(kind=TroubleKind.TLS, why=why)
