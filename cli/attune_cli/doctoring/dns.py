"""What a domain says in DNS: its TXT records, by the resolver of this machine."""

from collections.abc import Callable

from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

type Txt = Callable[[str], tuple[str, ...]]
"""Return the TXT records of a name, none where it has none; raise DnsError where nobody can tell."""

PATIENCE_SECONDS = 5.0


class DnsError(Exception):
    """Raised when a name could not be looked up, which says nothing about what it has."""


def txt_records(name: str, resolver: Resolver | None = None) -> tuple[str, ...]:
    """Return the TXT records of a name, each joined of its parts; raise DnsError where no server answers."""
    try:
        asked = resolver or Resolver()
        answer = asked.resolve(name, "TXT", lifetime=PATIENCE_SECONDS)
    except (NXDOMAIN, NoAnswer):
        return ()
    except DNSException as error:
        message = f"DNS does not tell about {name}: {error}"
        raise DnsError(message) from error
    return tuple(b"".join(record.strings).decode("utf-8", "replace") for record in answer)
