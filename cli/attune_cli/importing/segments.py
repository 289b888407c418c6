"""Exported segments: what the name carries, and what an application has to find out by itself."""

from collections.abc import Mapping
from typing import Any

from attune_cli.importing.accounting import Account, Fate
from attune_cli.importing.names import as_id

_DIMENSIONS = {
    "Attributes": "Attune does not look at attributes of endpoints.",
    "UserAttributes": "Attune does not look at attributes of users.",
    "Metrics": "Attune does not count metrics of endpoints.",
    "Behavior": "Attune looks at sessions and moments, not at who was active.",
    "Demographic": "The channel is the touch's, the device a matter of the visit (`on_phone`).",
    "Location": "Country and region decide hours and law, not who is meant.",
}
_SET_THE_TRAIT = "let the application find out who is in it, and send the trait `segment` with `identify`"
_NOTED = {
    "ApplicationId": "Where it came from.",
    "Arn": "Where it came from.",
    "Id": "By this a journey names it.",
    "CreationDate": "When it was made.",
    "LastModifiedDate": "When it was changed.",
    "Version": "Which version was exported.",
    "SegmentType": "Whether it was a rule or a list.",
}


def name_of(segment: Mapping[str, Any], taken: set[str]) -> str:
    """Return what a segment is called in an audience."""
    return as_id(str(segment.get("Name") or segment["Id"]), prefix="segment", taken=taken)


def import_segment(segment: Mapping[str, Any], name: str) -> Account:
    """Account for everything a segment says."""
    account = Account(segment)
    told = f"audience.segments: {name}. Somebody is in it whose trait `segment` says so."
    account.note("Name" if segment.get("Name") else "Id", Fate.CHANGED, told, _SET_THE_TRAIT)
    _dimensions(segment.get("Dimensions") or {}, "Dimensions", account)
    groups = segment.get("SegmentGroups") or {}
    for number, group in enumerate(groups.get("Groups") or ()):
        path = f"SegmentGroups/Groups/{number}"
        for place, dimensions in enumerate(group.get("Dimensions") or ()):
            _dimensions(dimensions, f"{path}/Dimensions/{place}", account)
        for part in ("SourceSegments", "SourceType", "Type"):
            if group.get(part):
                account.note(f"{path}/{part}", Fate.NONE, "Attune does not combine segments.", _SET_THE_TRAIT)
    if groups.get("Include"):
        account.note("SegmentGroups/Include", Fate.NONE, "Attune does not combine segments.", _SET_THE_TRAIT)
    if segment.get("ImportDefinition"):
        told = "Attune reads no lists: a profile's `segment` is what an application said last."
        fix = "publish one `identify` for everybody in the file"
        account.note("ImportDefinition", Fate.NONE, told, fix)
    if segment.get("tags"):
        account.note("tags", Fate.NONE, "Segments of Attune are names, without tags.")
    for field, told in _NOTED.items():
        if segment.get(field) not in (None, "") and (field != "Id" or segment.get("Name")):
            account.note(field, Fate.NOTED, told)
    account.close()
    return account


def _dimensions(dimensions: Mapping[str, Any], path: str, account: Account) -> None:
    for part, criteria in dimensions.items():
        told = _DIMENSIONS.get(part, "Attune does not look at this.")
        for name in criteria or {}:
            account.note(f"{path}/{part}/{name}", Fate.NONE, told, _SET_THE_TRAIT)
