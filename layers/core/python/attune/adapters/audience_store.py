"""The bucket of audience lists: a day's files, its manifest that comes last, and who was on a list the day before."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from attune.domain.audience.lists import BuiltList, folder

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LISTS, MEMBERS, MANIFEST = "lists/", "members/", "manifest.json"
REHEARSED = "dry_run/"
AT_ONCE = 1000
"""How many objects S3 deletes in one request."""


@dataclass(frozen=True)
class AudienceStore:
    """Writes and reads one stage's lists."""

    client: "S3Client"
    bucket: str
    dry_run: bool = False
    """Remember apart who would have been listed: to a stage that goes live after it, everybody is new."""

    def begin(self, day: date) -> None:
        """Take a day's manifest away before its files change: half a day is no day."""
        self._delete([f"{folder(day)}{MANIFEST}"])

    def keep_only(self, day: date, built: Iterable[BuiltList]) -> None:
        """Take away files that an earlier run of the same day wrote and this one did not."""
        kept = {one.key(day) for one in built if one.content is not None}
        left = [key for key in self._keys(folder(day)) if key not in kept]
        for start in range(0, len(left), AT_ONCE):
            self._delete(left[start : start + AT_ONCE])

    def put_list(self, day: date, built: BuiltList) -> None:
        """Write a list's file, if it is to have one."""
        if built.content is not None:
            self._put(built.key(day), built.content, "text/csv")

    def put_manifest(self, day: date, manifest: Mapping[str, Any]) -> None:
        """Write the manifest, which says that the day's files are all there."""
        self._put(f"{folder(day)}{MANIFEST}", _as_json(manifest), "application/json")

    def members_before(self, day: date) -> dict[str, str]:
        """Return the marks of the memberships known last, up to `day`; empty where there are none."""
        last = self._members(day)
        folder_of = last.rpartition("/")[0]
        known = [key for key in self._keys(MEMBERS) if key.rpartition("/")[0] == folder_of and key <= last]
        return dict(json.loads(self._get(max(known)))) if known else {}

    def put_members(self, day: date, members: Mapping[str, str]) -> None:
        """Write the marks of the memberships of a day, with the day on which each began."""
        self._put(self._members(day), _as_json(members), "application/json")

    def manifest(self, day: date) -> dict[str, Any] | None:
        """Return a day's manifest; None where the day has none (yet)."""
        try:
            return dict(json.loads(self._get(f"{folder(day)}{MANIFEST}")))
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                return None
            raise

    def days(self) -> list[date]:
        """Return the days whose lists are complete and still there, in order."""
        keys = [key for key in self._keys(LISTS) if key.endswith(f"/{MANIFEST}")]
        return sorted(date.fromisoformat(key.split("/")[1]) for key in keys)

    def _members(self, day: date) -> str:
        return f"{MEMBERS}{REHEARSED if self.dry_run else ''}{day.isoformat()}.json"

    def _keys(self, prefix: str) -> list[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return [row["Key"] for page in pages for row in page.get("Contents", ())]

    def _get(self, key: str) -> bytes:
        return self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def _put(self, key: str, body: bytes, content_type: str) -> None:
        self.client.put_object(Bucket=self.bucket, Key=key, Body=body, ContentType=content_type)

    def _delete(self, keys: list[str]) -> None:
        self.client.delete_objects(
            Bucket=self.bucket, Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True}
        )


def _as_json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, indent=1, sort_keys=True).encode()
