"""The shapes of the files in `templates`, and how to read one so that an error names file, line and fix."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from attune.adapters.yaml_loading import RepeatedKeyError, load_yaml
from attune.domain.locales import LocaleError, parse_locale
from attune.domain.texts import MalformedTextError, SlotType, TextChannel
from attune.domain.tones import CallToAction, TextKind

LARGEST_FILE = 100_000
"""In characters; a text is a page at most, so that anything larger is a mistake."""

_NO_FIELDS = frozenset({"model_type", "dict_type", "dataclass_type", "mapping_type"})

type Axis = Literal["segment", "lifecycle", "friction_level", "sentiment"]
type Words = dict[str, dict[str, str]]


def _usual_tag(tag: object) -> object:
    try:
        usual = str(parse_locale(str(tag)))
    except LocaleError as error:
        raise ValueError(str(error)) from error
    if usual != tag:
        raise ValueError(f"the language tag {tag} is written {usual}")
    return tag


type LanguageTag = Annotated[str, BeforeValidator(_usual_tag)]
"""A language tag as this project writes it; another way of writing it would match no text."""


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SlotRow(_Row):
    """One slot in a front matter."""

    type: SlotType
    fallback: str
    sample: str


class FrontMatter(_Row):
    """What a text file says about itself above its words."""

    message: str = Field(pattern="^[a-z][a-z0-9_]{0,63}$")
    purpose: str = Field(min_length=1)
    moment: str = Field(min_length=1)
    touch: int = Field(ge=0, le=20)
    tone: str
    kind: TextKind
    offer: bool
    call_to_action: CallToAction | None = None
    subject: str = ""
    slots: dict[str, SlotRow] = {}


class ApprovalRow(_Row):
    """One approval: these words (by hash), allowed by whom and when."""

    message: str
    channel: TextChannel
    locale: LanguageTag
    hash: str = Field(pattern="^sha256:[0-9a-f]{64}$")
    approver: str = Field(min_length=1)
    role: str = Field(min_length=1)
    date: date
    note: str = ""


def _naming(place: str) -> Callable[[str], str]:
    """Return what refuses words in which braces stand for anything but one place."""

    def checked(words: str) -> str:
        rest = words.replace(f"{{{place}}}", "")
        if "{" in rest or "}" in rest:
            message = f"braces may only stand around {{{place}}}"
            raise ValueError(message)
        return words

    return checked


class ProfileRow(_Row):
    """How one tone speaks."""

    description: str
    person: str
    contractions: bool
    sentence_words: int = Field(gt=0)
    reading_grade: int = Field(gt=0)
    call_to_action: CallToAction
    greeting: dict[str, Annotated[str, AfterValidator(_naming("name"))]]
    closing: dict[str, Annotated[str, AfterValidator(_naming("company"))]]
    rules: tuple[str, ...]


class ToneRow(_Row):
    """One row of the tone map."""

    id: str
    when: dict[Axis, frozenset[str]] = {}
    tones: tuple[str, ...]
    kinds: tuple[TextKind, ...] = tuple(TextKind)


class TonesFile(_Row):
    """The whole of tones.yaml."""

    profiles: dict[str, ProfileRow]
    axes: dict[Axis, frozenset[str]]
    map: tuple[ToneRow, ...]


class PageStrings(_Row):
    """The words of the web pages: by language, then page."""

    default_locale: str
    locales: dict[str, Words]


def read_file(path: Path, where: str) -> str:
    """Read a UTF-8 file with Unix line endings; raise MalformedTextError when it cannot be."""
    try:
        source = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise MalformedTextError(where, "the file is missing", fix=f"Create {path.name}") from error
    except UnicodeDecodeError as error:
        raise MalformedTextError(where, "this is no UTF-8 text", fix="Save the file as UTF-8") from error
    if len(source) > LARGEST_FILE:
        problem = f"{len(source)} characters are more than a text can need"
        raise MalformedTextError(where, problem, fix=f"Stay below {LARGEST_FILE} characters")
    return source


def parse_yaml(source: str, where: str, *, first_line: int = 0) -> Any:
    """Parse YAML whose first line is line `first_line + 1` of the file."""
    try:
        return load_yaml(source)
    except RepeatedKeyError as error:
        line = error.problem_mark.line + 1 + first_line if error.problem_mark else None
        raise MalformedTextError(where, str(error.problem), line=line, fix="Take the other one out") from error
    except yaml.MarkedYAMLError as error:
        line = None if error.problem_mark is None else error.problem_mark.line + 1 + first_line
        problem = f"this is no YAML: {error.problem}"
        raise MalformedTextError(where, problem, line=line, fix="Check indentation, colons and quotes") from error
    except yaml.YAMLError as error:
        raise MalformedTextError(where, "this is no YAML", fix="Remove control characters") from error


def validated[Shape](shape: type[Shape], data: object, where: str) -> Shape:
    """Return the data in its shape; raise MalformedTextError naming every field that does not fit."""
    try:
        return TypeAdapter(shape).validate_python(data)
    except ValidationError as error:
        problems = "; ".join(map(problem_of, error.errors(include_url=False)))
        raise MalformedTextError(where, problems, fix="Correct these fields") from error


def problem_of(item: Mapping[str, Any]) -> str:
    """Return one of pydantic's findings in words that name a place of the file and no class of ours."""
    place = ".".join(str(part) for part in item["loc"] if part != "[key]") or "the file"
    if item["type"] in _NO_FIELDS:
        return f"{place}: Input should be fields with values (name: value)"
    return f"{place}: {item['msg'].removeprefix('Value error, ')}"


def strings(data: object, where: str) -> Mapping[str, Mapping[str, str]]:
    """Return words by language and name."""
    return validated(dict[str, dict[str, str]], data, where)
