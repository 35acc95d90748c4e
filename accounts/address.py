"""From which address a visitor comes, behind a known number of proxies (`PROXY_COUNT`)."""

import ipaddress

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

IPV6_NETWORK = 64


def client_network(request: HttpRequest) -> str:
    """Return the visitor's address; of IPv6 the network, because one line has a whole network of addresses.

    What a visitor writes into `X-Forwarded-For` beyond our proxies is not believed. Raises PermissionDenied
    when there are fewer entries than proxies.
    """
    given = get_adapter().get_client_ip(request)
    try:
        address = ipaddress.ip_address(given)
    except ValueError:
        return given
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network(f"{address}/{IPV6_NETWORK}", strict=False).network_address)
    return given
