"""The house keeps its own rules: who imports whom, what is exact, what is worded twice, what is shipped.

Every rule is a function from a module to its faults, so that each is also tried on a module that breaks it.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import string
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeGuard

import attrs
import pytest

import policyrules
from policyrules.source.diagnostic import Problem, error
from policyrules.source.phrase import Phrase

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # comes with pytest there

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "policyrules"

FLOORS = ("source", "values", "operators", "syntax", "core", "analysis", "semantics", "engines", "explain", "book", "review", "doors")
"""Ground first: a floor imports only itself and the floors before it."""

UNSEEN = {"engines": {"syntax", "semantics", "analysis"}, "analysis": {"syntax"}}
"""Floors below that are hidden all the same: an engine sees a finished program only."""

EXACT = ("values", "operators", "core", "engines")
LARK = ("syntax", "lark_table")
OUTSIDE = {"os", "io", "locale", "time", "random", "secrets", "socket", "subprocess", "tempfile", "pathlib", "shutil"}
"""Modules that read the clock, the disk or the machine: only for `book` and above."""


@attrs.frozen
class Module:
    """One module: the parts of its name below `policyrules`, and its text."""

    parts: tuple[str, ...]
    text: str

    @property
    def name(self) -> str:
        return ".".join(("policyrules", *self.parts))

    @property
    def floor(self) -> str | None:
        return self.parts[0] if self.parts else None

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def is_package(self) -> bool:
        return self.parts in ((), ("grammar",)) or self.parts in {(floor,) for floor in FLOORS}


def modules() -> Iterator[Module]:
    """Every module of the package, `grammar/` included."""
    for base, prefix in ((PACKAGE, ()), (ROOT / "grammar", ("grammar",))):
        for file in sorted(base.rglob("*.py")):
            below = file.relative_to(base).with_suffix("").parts
            yield Module((*prefix, *below[: -1 if below[-1] == "__init__" else None]), file.read_text("utf-8"))


def imports(module: Module) -> set[str]:
    """Full names of everything the module imports, wherever the import stands."""
    found: set[str] = set()
    package = module.name.split(".") if module.is_package else module.name.split(".")[:-1]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            found |= {f"{base}.{name.name}" for name in node.names}
    return found


# ---------------------------------------------------------------- rules


def wrong_way(module: Module) -> list[str]:
    """Imports of a floor above, of a floor hidden from this one, or of the public door from inside."""
    if module.floor is None:
        return []
    if module.floor not in FLOORS:
        return [f"imports {name}" for name in sorted(imports(module))]
    seen = set(FLOORS[: FLOORS.index(module.floor) + 1]) - UNSEEN.get(module.floor, set())
    inside = {name for name in imports(module) if name.split(".")[0] == "policyrules"}
    return [f"imports {name}" for name in sorted(inside) if name.split(".")[1] not in seen]


def third_parties(module: Module) -> list[str]:
    """Libraries: lark in its one module only, below `engines` nothing else but attrs."""
    roots = {name.split(".")[0] for name in imports(module)} - set(sys.stdlib_module_names) - {"policyrules", "attrs"}
    below = module.floor is not None and module.floor not in FLOORS[FLOORS.index("engines") :]
    allowed = {"lark"} if module.parts == LARK else set()
    return [f"imports {name}" for name in sorted(roots - allowed) if below or name in ("lark", "attr")]


def early_extras(module: Module) -> list[str]:
    """Optional libraries imported when the module is loaded; a door may, the rest does so at call time."""
    if module.floor == "doors" or module.parts == LARK:
        return []
    outer = [node for node in module.tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    loaded = Module(module.parts, "\n".join(map(ast.unparse, outer)))
    roots = {name.split(".")[0] for name in imports(loaded)}
    return [f"loads {name}" for name in sorted(roots - set(sys.stdlib_module_names) - {"policyrules", "attrs"})]


def outside_world(module: Module) -> list[str]:
    """Clock, disk and machine below `book`."""
    if module.floor not in FLOORS[: FLOORS.index("book")]:
        return []
    found = sorted(name for name in imports(module) if name.split(".")[0] in OUTSIDE)
    calls = [ast.unparse(node.func) for node in ast.walk(module.tree) if isinstance(node, ast.Call)]
    return found + [call for call in calls if call in ("open", "print", "input") or call.endswith((".today", ".now"))]


def floats(module: Module) -> list[str]:
    """Floats where values are computed."""
    if module.floor not in EXACT:
        return []
    nodes = list(ast.walk(module.tree))
    made = [f"line {node.lineno}: float(…)" for node in nodes if isinstance(node, ast.Call) and _calls(node, "float")]
    written = [n for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, float | complex)]
    return made + [f"line {node.lineno}: {node.value}" for node in written]


def mutable_state(module: Module) -> list[str]:
    """Lists, dicts and sets kept at module level by an engine, unless named as constants."""
    if module.floor != "engines":
        return []
    found = []
    for node in module.tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        names = [target.id for target in targets if isinstance(target, ast.Name)]
        if _mutable(getattr(node, "value", None)):
            found += [name for name in names if name != name.upper() and not name.startswith("__")]
    return found


def bare_packages(module: Module) -> list[str]:
    """A package below the top is one docstring."""
    if not module.is_package or not module.parts:
        return []
    return [] if len(module.tree.body) == 1 and ast.get_docstring(module.tree) else ["is more than one docstring"]


def long_modules(module: Module) -> list[str]:
    """400 lines are the ceiling."""
    count = len(module.text.splitlines())
    return [f"has {count} lines"] if count > 400 else []


def undocumented(module: Module) -> list[str]:
    """A docstring for the module and every public function; and for a class, unless it is a node told by its name."""
    tree = module.tree
    defined = [node for node in tree.body if isinstance(node, ast.FunctionDef) or _has_methods(node)]
    silent = [n.name for n in defined if not n.name.startswith("_") and not ast.get_docstring(n)]
    return silent if ast.get_docstring(tree) else ["the module", *silent]


def wordings(module: Module) -> list[str]:
    """`Phrase("…", "…")` written with one wording empty or with other fields in one language."""
    found = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and _calls(node, "Phrase"):
            words = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            found += unlike(Phrase(*words)) if len(words) == 2 else []
    return found


RULES: list[tuple[Callable[[Module], list[str]], str, str]] = [
    (wrong_way, "values.broken", "from policyrules.syntax import tree"),
    (third_parties, "semantics.broken", "def f():\n    import duckdb"),
    (early_extras, "engines.broken", "import duckdb"),
    (outside_world, "core.broken", "import time"),
    (floats, "engines.broken", "rate = float(text)"),
    (mutable_state, "engines.broken", "cache: dict[str, int] = {}"),
    (bare_packages, "engines", '"""Engines."""\nfrom os import path'),
    (long_modules, "book.broken", "\n" * 401),
    (undocumented, "book.broken", '"""One."""\ndef decide(): ...'),
    (wordings, "book.broken", 'x = Phrase("找不到{name}", "not found")'),
]
"""Each rule with a module that breaks it."""


@pytest.mark.parametrize("rule", [rule for rule, _, _ in RULES], ids=lambda rule: rule.__name__)
def test_rule_holds(rule: Callable[[Module], list[str]]) -> None:
    assert [f"{module.name}: {fault}" for module in modules() for fault in rule(module)] == []


@pytest.mark.parametrize(("rule", "parts", "text"), RULES, ids=lambda value: getattr(value, "__name__", ""))
def test_rule_can_fail(rule: Callable[[Module], list[str]], parts: str, text: str) -> None:
    assert rule(Module(tuple(parts.split(".")), text)) != []


@pytest.mark.parametrize(
    ("parts", "text", "faults"),
    [
        ("engines.a", "from policyrules.core.program import Program\nfrom policyrules.engines import b", []),
        ("engines.a", "from policyrules.semantics import names", ["imports policyrules.semantics.names"]),
        ("engines.a", "from ..syntax import tree", ["imports policyrules.syntax.tree"]),
        ("values.a", "from .. import book", ["imports policyrules.book"]),
        ("values.a", "def f():\n    import policyrules.core.case", ["imports policyrules.core.case"]),
        ("values.a", "if TYPE_CHECKING:\n    from policyrules import load", ["imports policyrules.load"]),
        ("doors.a", "from policyrules.source import text\nfrom . import b", []),
        ("cellar.a", "from policyrules.source import text", ["imports policyrules.source.text"]),
        ("source.a", "import attrs, json", []),
    ],
)
def test_import_direction_on_made_up_modules(parts: str, text: str, faults: list[str]) -> None:
    assert wrong_way(Module(tuple(parts.split(".")), text)) == faults


def test_lark_belongs_to_one_module() -> None:
    assert third_parties(Module(LARK, "import lark\nimport attrs")) == []
    assert third_parties(Module(("syntax", "tree"), "from lark import Tree")) == ["imports lark"]
    assert third_parties(Module(("doors", "cli"), "import lark\nimport starlette")) == ["imports lark"]


# ---------------------------------------------------------------- wording


def loaded() -> Iterator[object]:
    """Every module that can be imported here; a door whose extra is not installed is passed over."""
    for found in pkgutil.walk_packages(policyrules.__path__, "policyrules."):
        try:
            yield importlib.import_module(found.name)
        except ModuleNotFoundError as missing:
            # a missing module of our own is a fault, a missing extra is not
            if (missing.name or "").startswith("policyrules") or not found.name.startswith("policyrules.doors."):
                raise


def contents(value: object, depth: int = 4) -> Iterator[Problem | Phrase]:
    """Problems and phrases in a value: itself, or inside tuples, dicts and attrs values."""
    if isinstance(value, Problem | Phrase):
        yield value
    if depth == 0 or isinstance(value, type | str):
        return
    inner: Iterable[object] = ()
    if isinstance(value, dict):
        inner = [*value.keys(), *value.values()]
    elif isinstance(value, list | tuple | set | frozenset):
        inner = value
    elif attrs.has(type(value)):
        inner = [getattr(value, field.name) for field in attrs.fields(type(value))]
    for item in inner:
        yield from contents(item, depth - 1)


def fields(wording: str) -> set[str] | None:
    """The `{names}` of a wording; None for a finished text, in which a brace is a brace."""
    try:
        return {name for _, name, _, _ in string.Formatter().parse(wording) if name is not None}
    except ValueError:
        return None


def unlike(phrase: Phrase) -> list[str]:
    """What is wrong with a phrase as a pair."""
    if not phrase.zh.strip() or not phrase.en.strip():
        return [f"{phrase} lacks a wording"]
    return [] if fields(phrase.zh) == fields(phrase.en) else [f"{phrase} has other fields in one language"]


def problems() -> list[Problem]:
    """Every problem defined in the package, each once."""
    every = [item for module in loaded() for value in vars(module).values() for item in contents(value)]
    return list({id(item): item for item in every if isinstance(item, Problem)}.values())


def written_codes() -> list[str]:
    """The codes written in calls of `error`, `warning` and `Problem`."""
    calls = [node for module in modules() for node in ast.walk(module.tree) if isinstance(node, ast.Call)]
    makers = [call for call in calls if _calls(call, "error", "warning", "Problem") and call.args]
    return [
        first.value
        for call in makers
        if isinstance(first := call.args[0], ast.Constant) and isinstance(first.value, str)
    ]


def test_both_wordings_everywhere() -> None:
    phrases = [item for module in loaded() for value in vars(module).values() for item in contents(value)]
    faults = [fault for item in phrases if isinstance(item, Phrase) for fault in unlike(item)]
    assert sorted(set(faults)) == []


def test_problem_codes_are_unique() -> None:
    for codes in (written_codes(), [problem.code for problem in problems()]):
        assert sorted({code for code in codes if codes.count(code) > 1}) == []
        assert [code for code in codes if not re.fullmatch(r"[A-Z]\d{3}", code)] == []


def test_wording_rules_can_fail() -> None:
    assert unlike(Phrase("", "empty")) and unlike(Phrase("多{a}", "more {b}")) and unlike(Phrase("{", "brace"))
    assert unlike(Phrase("是{a}", "is {a}")) == [] and unlike(Phrase("括号 {", "bracket {")) == []
    lonely = error("P000", "有", "there", hint=("改{x}", "mend {y}"))
    assert [fault for item in contents({"a": (lonely,)}) if isinstance(item, Phrase) for fault in unlike(item)]


# ---------------------------------------------------------------- shipping


def test_package_list_is_the_folders() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    folders = {file.parent for file in PACKAGE.rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").is_file()] == []
    named = {".".join(("policyrules", *folder.relative_to(PACKAGE).parts)) for folder in folders}
    assert sorted(settings["packages"]) == sorted(named | {"policyrules.grammar"})
    assert settings["package-dir"]["policyrules.grammar"] == "grammar"
    assert (PACKAGE / "py.typed").is_file() and (ROOT / "grammar" / "__init__.py").is_file()


def test_the_floors_are_the_folders() -> None:
    assert {folder.name for folder in PACKAGE.iterdir() if (folder / "__init__.py").is_file()} == set(FLOORS)


def test_readme_commands() -> None:
    """The two commands `.ci/run` takes from README.md are there, in both languages, and name things that exist."""
    readme = (ROOT / "README.md").read_text("utf-8")
    commands = {kind: re.findall(rf"<!-- {kind} -->\n```sh\n(.+)\n```", readme) for kind in ("decide", "test")}
    assert {kind: len(found) for kind, found in commands.items()} == {"decide": 2, "test": 2}
    assert all(len(set(found)) == 1 for found in commands.values())
    assert commands["decide"][0].startswith("python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/policyrules")
    assert commands["test"][0].endswith("&& .venv/bin/python -m pytest")
    for path in ("policies", "examples/household.json"):
        assert f" {path} " in commands["decide"][0] and (ROOT / path).exists()


# ---------------------------------------------------------------- helpers


def _has_methods(node: ast.stmt) -> TypeGuard[ast.ClassDef]:
    return isinstance(node, ast.ClassDef) and any(isinstance(part, ast.FunctionDef) for part in node.body)


def _calls(node: ast.Call, *names: str) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id in names


def _mutable(value: ast.expr | None) -> bool:
    if isinstance(value, ast.Call):
        return _calls(value, "list", "dict", "set", "defaultdict", "deque", "Counter")
    return isinstance(value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp)
