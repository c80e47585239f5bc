"""Whom a certificate is checked against."""

import ssl

from worker_core.operations.remote.errors import NotTrusted
from worker_core.operations.remote.place import Place


def context(place: Place) -> ssl.SSLContext:
    """With the check of certificate and name that nothing here turns off.

    Raises:
        NotTrusted: the authority's certificate cannot be read.
    """
    import httpx

    try:
        if place.authority:
            return ssl.create_default_context(cafile=place.authority)
        context = httpx.create_ssl_context()
        context.load_default_certs()
    except (OSError, ssl.SSLError) as error:
        raise NotTrusted(
            f"The authority's certificate {place.authority} cannot be read "
            f"({getattr(error, 'strerror', None) or error}).",
            "Choose a PEM file that this user can read, on the Connections page.",
        ) from error
    return context
