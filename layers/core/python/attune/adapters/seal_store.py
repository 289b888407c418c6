"""What bears witness to the log, in a bucket of its own.

announced/dt=<day>/<digest>.txt   what the table's stream announced that day, named by its content
rows/<number>-<day>.txt.gz        the rows that a seal covers, one `id hash` a line
seals/<number>-<day>.json         the seals, in the order of the chain; written once
"""

import gzip
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from attune.domain.errors import ConflictError
from attune.domain.sealing import Seal, lines_of, read_lines, read_seal

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ANNOUNCED, ROWS, SEALS = "announced", "rows", "seals"
READERS = 16
_TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})


class SealStore:
    """Reads and writes seals, their rows and what was announced, in one bucket."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        """Keep the client and the bucket's name."""
        self._client = client
        self._bucket = bucket

    def announce(self, day: date, rows: Mapping[str, str]) -> None:
        """Write down which rows are on their way into the lake; the same rows again are the same object."""
        text = lines_of(rows).encode()
        name = hashlib.sha256(text).hexdigest()[:32]
        self._put(f"{ANNOUNCED}/dt={day.isoformat()}/{name}.txt", text)

    def announced(self, days: Iterable[date]) -> dict[str, str]:
        """Return the rows that were announced on some days, as hashes by decision id."""
        keys = [key for day in days for key in self._keys(f"{ANNOUNCED}/dt={day.isoformat()}/")]
        with ThreadPoolExecutor(max_workers=READERS) as pool:
            texts = pool.map(self._get, keys)
            return {name: value for text in texts for name, value in read_lines(text.decode()).items()}

    def first_announced(self) -> date | None:
        """Return the first day of which anything was announced."""
        key = next(self._keys(f"{ANNOUNCED}/dt=", most=1), None)
        return date.fromisoformat(key.split("dt=")[1].split("/")[0]) if key else None

    def seals(self) -> list[Seal]:
        """Return every seal, in the order of the chain; raise ValueError where one cannot be read."""
        keys = list(self._keys(f"{SEALS}/"))
        with ThreadPoolExecutor(max_workers=READERS) as pool:
            return [read_seal(text.decode()) for text in pool.map(self._get, keys)]

    def rows_of(self, seals: Iterable[Seal]) -> dict[str, dict[str, str]]:
        """Return the kept rows of some seals by the seals' names; nothing for those whose rows are gone or broken."""
        found = {}
        for seal in seals:
            try:
                packed = self._get(_rows_key(seal))
                found[seal.name] = read_lines(gzip.decompress(packed).decode())
            except ClientError as error:
                if error.response["Error"]["Code"] not in {"NoSuchKey", "404"}:
                    raise
            except (OSError, ValueError):
                continue  # no longer what was written: the caller finds that rows are missing
        return found

    def add(self, seal: Seal, rows: Mapping[str, str]) -> None:
        """Write a seal with its rows; raise ConflictError where another run has written this link of the chain."""
        if any(key.startswith(f"{SEALS}/{seal.sequence:08d}-") for key in self._keys(f"{SEALS}/{seal.sequence:08d}-")):
            raise ConflictError(f"seal {seal.sequence} is there already")
        self._put(_rows_key(seal), gzip.compress(lines_of(rows).encode(), mtime=0))
        try:
            self._client.put_object(
                Bucket=self._bucket, Key=f"{SEALS}/{seal.name}.json", Body=seal.text().encode(), IfNoneMatch="*"
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in _TAKEN:
                raise ConflictError(f"seal {seal.sequence} is there already") from error
            raise

    def _put(self, key: str, body: bytes) -> None:
        self._client.put_object(Bucket=self._bucket, Key=key, Body=body)

    def _get(self, key: str) -> bytes:
        return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()

    def _keys(self, prefix: str, most: int | None = None) -> Iterator[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix, PaginationConfig={"MaxItems": most} if most else {}
        )
        return (item["Key"] for page in pages for item in page.get("Contents", []))


def _rows_key(seal: Seal) -> str:
    return f"{ROWS}/{seal.name}.txt.gz"
