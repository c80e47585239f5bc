"""Addresses that promise encryption keep it: who answers is checked, too."""

import ipaddress
import re
from urllib.parse import parse_qsl

# Celery takes several addresses of one broker, with semicolons between them.
SEVERAL = re.compile(r";(?=[a-zA-Z+]+://)")
REMEDY = "ssl_cert_reqs=required&ssl_ca_certs=/path/to/ca.pem"
_CHECKED = frozenset({"required", "cert_required"})
_YES = frozenset({"true", "1", "yes"})


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this computer, whatever a name service says."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def problem_of(address: str) -> str | None:
    """Why ``address``, of the broker or of the store of results, is refused; None if it is not.

    Without ``ssl_cert_reqs`` Celery's broker connection skips the check in silence, while its
    store of results refuses the same address.
    """
    return next(filter(None, map(_problem, SEVERAL.split(address))), None)


def _problem(address: str) -> str | None:
    scheme, _, rest = address.strip().partition("://")
    options = parse_qsl(rest.partition("?")[2], keep_blank_values=True)
    if "rediss" not in re.split(r"\+", scheme.lower()):
        if any(name.startswith("ssl_") for name, _ in options):
            return (
                "an address with ssl_ options must begin with rediss://, else nothing is encrypted"
            )
        return None
    wanted = [value.lower() for name, value in options if name == "ssl_cert_reqs"]
    if not wanted:
        return (
            f"a rediss:// address must say how the server's certificate is checked: add ?{REMEDY}"
        )
    if not _CHECKED.issuperset(wanted):
        return (
            "a rediss:// address whose server's certificate is not checked is not used, since "
            f"anyone in between could pose as the broker: write ?{REMEDY}"
        )
    names = [value.lower() for name, value in options if name == "ssl_check_hostname"]
    if not _YES.issuperset(names):
        return (
            "a rediss:// address must have the server's name checked, since any certificate of "
            "the same authority would do otherwise: leave ssl_check_hostname out"
        )
    return None
