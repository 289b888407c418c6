"""Write out at synth what `@dataclass` would write, compile and run in every process that starts.

Python makes a dataclass's methods as text at import: for some 120 classes that is 60 ms of a function's start. Here they
become part of the module's syntax tree, so that its bytecode holds them. The decorator stays and is asked for nothing but
the fields (`init`, `repr` and `eq` are public parameters of it). What is not understood without doubt stays as it is.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

DATACLASSES = "_attune_dataclasses"
REFUSE_SET, REFUSE_DELETE = "_attune_refuse_set", "_attune_refuse_delete"
_OPTIONS = {"frozen", "kw_only", "order"}
_FIELD_OPTIONS = {"default", "default_factory", "init", "repr", "compare", "metadata"}
_NOT_FIELDS = ("ClassVar", "InitVar", "KW_ONLY")
_TAKEN = {"self", "object"}
"""Names that `__init__` needs for itself."""
_ORDER = {"__lt__": "<", "__le__": "<=", "__gt__": ">", "__ge__": ">="}
_MADE = {"__init__", "__repr__", "__eq__", "__hash__", "__setattr__", "__delattr__", *_ORDER}
_SHARED = f"""
import dataclasses as {DATACLASSES}

def {REFUSE_SET}(self, name, value):
    raise {DATACLASSES}.FrozenInstanceError(f'cannot assign to field {{name!r}}')

def {REFUSE_DELETE}(self, name):
    raise {DATACLASSES}.FrozenInstanceError(f'cannot delete field {{name!r}}')
"""


def write_out(module: ast.Module, bases: frozenset[str] = frozenset()) -> int:
    """Write out the methods of a module's dataclasses, in place; return how many classes that were.

    `bases` are names of classes that others inherit from, anywhere: those are left alone, as is whoever inherits.
    """
    if not _imports_dataclass(module):
        return 0
    found = [node for node in ast.walk(module) if isinstance(node, ast.ClassDef) and node.name not in bases]
    understood = [kind for kind in map(_understood, found) if kind is not None]
    for kind in understood:
        _write_out(kind)
    if understood:
        first = next(place for place, node in enumerate(module.body) if not _comes_first(node))
        module.body[first:first] = _placed(_SHARED, module.body[first])
    return len(understood)


def inherited_names(modules: Iterable[ast.Module]) -> frozenset[str]:
    """Return the names of all classes that some class inherits from."""
    return frozenset(
        ast.unparse(base).partition("[")[0].rpartition(".")[2]
        for module in modules
        for node in ast.walk(module)
        if isinstance(node, ast.ClassDef)
        for base in node.bases
    )


@dataclass(frozen=True, kw_only=True)
class _Field:
    """One field: how its default is written, if it has one, and where it takes part."""

    name: str
    default: str = ""
    factory: str = ""
    init: bool = True
    shown: bool = True
    compared: bool = True

    @property
    def parameter(self) -> str:
        """The parameter of `__init__`; a factory is asked inside."""
        default = self.default or (f"{DATACLASSES}.MISSING" if self.factory else "")
        return f"{self.name}={default}" if default else self.name

    def assignment(self, *, frozen: bool) -> str:
        """Return the line of `__init__` that gives the field its value; none where the class has it."""
        value = self.name
        if self.factory:
            made = f"({self.factory})()"
            value = f"{made} if {self.name} is {DATACLASSES}.MISSING else {self.name}" if self.init else made
        elif not self.init:
            return ""
        return (
            f"    object.__setattr__(self, {self.name!r}, {value})\n" if frozen else f"    self.{self.name} = {value}\n"
        )


@dataclass(frozen=True)
class _Understood:
    """A dataclass whose methods can be written out, and what its decorator asks for."""

    node: ast.ClassDef
    fields: list[_Field]
    asked: frozenset[str]

    @property
    def defined(self) -> set[str]:
        """The methods that the class has of its own, which stay."""
        return {one.name for one in self.node.body if isinstance(one, ast.FunctionDef)}


def _write_out(kind: _Understood) -> None:
    node, defined = kind.node, kind.defined
    asked = {"kw_only": True} if "kw_only" in kind.asked else {}
    keywords = [ast.keyword(name, ast.Constant(on)) for name, on in (asked | dict.fromkeys(_UNASKED, False)).items()]
    node.decorator_list = [ast.Call(ast.Name("dataclass", ast.Load()), [], keywords)]
    node.body += _placed("".join(text for name, text in _methods(kind) if name not in defined), node.body[-1])
    ast.fix_missing_locations(node)


_UNASKED = ("init", "repr", "eq")


def _methods(kind: _Understood) -> Iterator[tuple[str, str]]:
    """Yield what Python 3.13 would make, by name."""
    frozen = "frozen" in kind.asked
    given = [field.parameter for field in kind.fields if field.init]
    star = ["*"] if "kw_only" in kind.asked and given else []
    lines = "".join(field.assignment(frozen=frozen) for field in kind.fields)
    lines += "    self.__post_init__()\n" if "__post_init__" in kind.defined else ""
    yield "__init__", f"def __init__({', '.join(['self', *star, *given])}):\n{lines or '    pass\n'}"
    shown = ", ".join(f"{field.name}={{self.{field.name}!r}}" for field in kind.fields if field.shown)
    yield "__repr__", f"def __repr__(self):\n    return f'{{self.__class__.__qualname__}}({shown})'\n"
    compared = [field.name for field in kind.fields if field.compared]
    same = " and ".join(f"self.{name} == other.{name}" for name in compared) or "True"
    alike = "other.__class__ is self.__class__ else NotImplemented"
    itself = "    if self is other:\n        return True\n"
    yield "__eq__", f"def __eq__(self, other):\n{itself}    return {same} if {alike}\n"
    own, others = (f"({''.join(f'{one}.{name}, ' for name in compared)})" for one in ("self", "other"))
    if "order" in kind.asked:
        for name, sign in _ORDER.items():
            yield name, f"def {name}(self, other):\n    return {own} {sign} {others} if {alike}\n"
    if not frozen:
        yield "__hash__", "__hash__ = None\n"
        return
    yield "__hash__", f"def __hash__(self):\n    return hash({own})\n"
    yield "__setattr__", f"__setattr__ = {REFUSE_SET}\n"
    yield "__delattr__", f"__delattr__ = {REFUSE_DELETE}\n"


def _understood(node: ast.ClassDef) -> _Understood | None:
    asked = _asked_for(node)
    if asked is None or node.bases or node.keywords:
        return None
    if any(isinstance(one, ast.Assign) and _makes_method(one) for one in node.body):
        return None
    fields = [_field_of(one) for one in node.body if isinstance(one, ast.AnnAssign)]
    known = [field for field in fields if field is not None]
    return _Understood(node, known, asked) if len(known) == len(fields) else None


def _asked_for(node: ast.ClassDef) -> frozenset[str] | None:
    """Return what the only decorator asks for, if it is `dataclass` with options that are known."""
    match node.decorator_list:
        case [ast.Name("dataclass")]:
            return frozenset()
        case [ast.Call(ast.Name("dataclass"), [], keywords)]:
            asked = {one.arg: one.value for one in keywords}
            on = all(isinstance(value, ast.Constant) and value.value is True for value in asked.values())
            return frozenset(str(name) for name in asked) if on and asked.keys() <= _OPTIONS else None
        case _:
            return None


def _field_of(line: ast.AnnAssign) -> _Field | None:
    if not isinstance(line.target, ast.Name) or any(word in ast.unparse(line.annotation) for word in _NOT_FIELDS):
        return None
    name, value = line.target.id, line.value
    if name in _TAKEN:
        return None
    if not (isinstance(value, ast.Call) and ast.unparse(value.func) in {"field", "dataclasses.field"}):
        # The class has the default under the field's own name when its methods are made.
        return _Field(name=name, default=name if value is not None else "")
    told = {keyword.arg or "": keyword.value for keyword in value.keywords}
    flags = {key: one.value for key, one in told.items() if isinstance(one, ast.Constant)}
    if value.args or not told.keys() <= _FIELD_OPTIONS:
        return None
    if any(key in told and not isinstance(flags.get(key), bool) for key in ("init", "repr", "compare")):
        return None
    return _Field(
        name=name,
        default=ast.unparse(told["default"]) if "default" in told else "",
        factory=ast.unparse(told["default_factory"]) if "default_factory" in told else "",
        init=bool(flags.get("init", True)),
        shown=bool(flags.get("repr", True)),
        compared=bool(flags.get("compare", True)),
    )


def _imports_dataclass(module: ast.Module) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "dataclasses"
        and any(alias.name == "dataclass" and alias.asname is None for alias in node.names)
        for node in module.body
    )


def _makes_method(line: ast.Assign) -> bool:
    return any(isinstance(target, ast.Name) and target.id in _MADE for target in line.targets)


def _comes_first(node: ast.stmt) -> bool:
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return docstring or (isinstance(node, ast.ImportFrom) and node.module == "__future__")


def _placed(text: str, where: ast.stmt) -> list[ast.stmt]:
    """Return statements that stand, for whoever reads a traceback, where another one does."""
    made = ast.parse(text).body
    for statement in made:
        for node in ast.walk(statement):
            if isinstance(node, ast.stmt | ast.expr | ast.arg | ast.keyword):
                ast.copy_location(node, where)
    return made
