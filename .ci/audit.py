# ruff: noqa: INP001, T201 - a script on its own, which prints
"""Check what we depend on, without asking anybody: licences as packages state them, and locks that pin and hash everything.

    python .ci/audit.py

Ends with status 1 on a licence that nobody has accepted, or on a lock that lets anything unseen in. It does not know of
vulnerabilities: those are published every day, and looking them up needs a service that a build must not hang on.
"""

import json
import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PERMISSIVE = re.compile(
    r"MIT|MIT-0|MIT No Attribution.*|Apache.*|BSD.*|ISC.*|PSF-2\.0|Python Software Foundation.*|Python-2\.0|The Unlicense.*"
    r"|0BSD|CC0-1\.0|CC-BY-4\.0|BlueOak-1\.0\.0|Zlib|MIT License.*|MIT \(http.*",
    re.IGNORECASE,
)
WEAK = re.compile(r"MPL-2\.0|Mozilla Public License 2\.0.*", re.IGNORECASE)
"""Copyleft by file: fine to use unchanged, also deployed."""
UNSTATED = {"OSI Approved"}
"""What a classifier says that says nothing; the package's own licence text is looked at instead."""
TEXTS = {
    "Permission is hereby granted, free of charge": "MIT",
    "Redistribution and use in source": "BSD",
    "Apache License": "Apache",
}


def licences_of(package: Distribution) -> str:
    """Return a package's licence: its expression, else its classifiers, else what its licence file begins with."""
    stated = package.metadata.get("License-Expression") or ""
    classifiers = [
        one.split("::")[-1].strip() for one in package.metadata.get_all("Classifier", []) if one.startswith("License")
    ]
    stated = stated or "; ".join(one for one in classifiers if one not in UNSTATED)
    stated = stated or (package.metadata.get("License") or "").partition("\n")[0].strip()
    return stated or _by_text(package)


def _by_text(package: Distribution) -> str:
    for file in package.files or ():
        if "licen" in file.name.lower() or "copying" in file.name.lower():
            text = file.read_text(encoding="utf-8")
            for phrase, name in TEXTS.items():
                if phrase in text:
                    return name
    return ""


def accepted(licence: str) -> bool:
    """Whether a licence expression is one we may use: each part of an AND, any of an OR."""
    parts = [part.strip(" ()") for part in re.split(r";|\bAND\b", licence)]
    return bool(licence) and all(
        any(
            PERMISSIVE.fullmatch(one.strip(" ()")) or WEAK.fullmatch(one.strip(" ()"))
            for one in re.split(r"\bOR\b", part)
        )
        for part in parts
    )


def python_problems() -> Iterator[str]:
    """Yield packages of this environment whose licence nobody has accepted."""
    for package in distributions():
        if package.metadata["Name"] != "attune" and not accepted(licence := licences_of(package)):
            yield f"{package.metadata['Name']} {package.version}: licence {licence or 'not stated'!r} is not on the list"


def node_problems(lock: Path) -> Iterator[str]:
    """Yield packages of npm's lock without an accepted licence, or without a hash."""
    for name, package in json.loads(lock.read_text(encoding="utf-8"))["packages"].items():
        if name and not package.get("link"):
            if not accepted(str(package.get("license", ""))):
                yield f"{lock.name}, {name}: licence {package.get('license')!r} is not on the list"
            if not str(package.get("integrity", "")).startswith("sha512-"):
                yield f"{lock.name}, {name}: no hash, so that anything could be installed in its place; run npm install"


def lock_problems(lock: Path) -> Iterator[str]:
    """Yield requirements that are not pinned to one version by hash."""
    for block in re.split(r"\n(?=[A-Za-z0-9])", lock.read_text(encoding="utf-8")):
        name = block.partition("\n")[0].strip()
        if name and not name.startswith("#") and ("==" not in name or "--hash=sha256:" not in block):
            yield f"{lock.name}, {name}: not pinned by version and hash; run make lock"


def main() -> int:
    """Print what is wrong, and what was not asked."""
    problems = [*python_problems()]
    for source in sorted((ROOT / "requirements").glob("*.in")):
        problems += lock_problems(source.with_suffix(".txt"))
    for lock in (ROOT / "package-lock.json", ROOT / "examples" / "package-lock.json"):
        problems += node_problems(lock)
    for problem in problems:
        print(f"audit: {problem}")
    print(f"audit: {len(problems)} problems in licences and locks")
    print(
        "audit: NOT ASKED: known vulnerabilities. Where a service can be reached: pip-audit -r requirements/lambda.txt; npm audit"
    )
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
