"""A stand-in for SES at our own port: keeps the requests that reach it, and makes of them the mail that SES would make.

The mail is put together naively on purpose: a line break that got into a header would become a header.
"""

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3

from attune.adapters.providers import SEND_ONCE
from tests.support.http import CountingServer, serving

SENT = json.dumps({"MessageId": "ses-1"}).encode()


@dataclass(frozen=True)
class SesServer:
    """What was asked of SES."""

    server: CountingServer
    client: Any

    @property
    def requests(self) -> list[dict[str, Any]]:
        """The bodies of all requests, in order."""
        return [json.loads(body) for body in self.server.bodies if body]

    @property
    def mail(self) -> bytes:
        """The mail that the one request becomes."""
        [request] = self.requests
        return mime_of(request)


@contextmanager
def ses_server(status: int = 200, body: bytes = SENT) -> Iterator[SesServer]:
    """Serve as SES for the time of a block, with a client that asks there, once."""
    with serving(status, body) as server:
        yield SesServer(server, boto3.client("sesv2", endpoint_url=server.url, config=SEND_ONCE))


def mime_of(request: dict[str, Any]) -> bytes:
    """Return the mail that SES makes of a SendEmail request with simple content."""
    simple = request["Content"]["Simple"]
    subject, charset = simple["Subject"]["Data"], simple["Subject"]["Charset"]
    shown = (
        subject if subject.isascii() else " ".join(_encoded(subject[i : i + 10]) for i in range(0, len(subject), 10))
    )
    headers = [
        ("From", request["FromEmailAddress"]),
        ("To", ", ".join(request["Destination"]["ToAddresses"])),
        ("Reply-To", ", ".join(request["ReplyToAddresses"])),
        ("Subject", shown),
        *((header["Name"], header["Value"]) for header in simple["Headers"]),
        ("MIME-Version", "1.0"),
        ("Content-Type", 'multipart/alternative; boundary="part-of-it"'),
    ]
    lines = [f"{name}: {value}" for name, value in headers]
    for kind, part in (("plain", "Text"), ("html", "Html")):
        data = simple["Body"][part]
        lines += ["", "--part-of-it", f"Content-Type: text/{kind}; charset={data['Charset']}"]
        lines += ["Content-Transfer-Encoding: base64", "", b64encode(data["Data"].encode(charset)).decode()]
    return "\r\n".join([*lines, "--part-of-it--", ""]).encode("ascii")


def _encoded(text: str) -> str:
    return f"=?utf-8?b?{b64encode(text.encode()).decode()}?="
