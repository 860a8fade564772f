"""Which line stands under which: a file's lines gathered into declarations. Lines that stand nowhere are reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import MappingProxyType

from attrs import define, field, frozen

from policyrules.semantics import problems
from policyrules.source.diagnostic import Checked, Diagnostic
from policyrules.source.text import Place, Span
from policyrules.syntax import tree as t
from policyrules.syntax.tree import Line, PolicyFile, Statement


@frozen
class Block:
    """One declaration: its first line and the lines under it, of a file that belongs to `policy` (None: to all)."""

    file: PolicyFile
    policy: str | None
    head: Line
    body: tuple[Line, ...] = ()
    broken: bool = False

    @property
    def statement(self) -> Statement:
        """The statement of the first line."""
        assert self.head.statement is not None
        return self.head.statement

    def place(self, line: Line, span: Span) -> Place:
        """A span of one of its lines as a place in the text."""
        return Place(self.file.source, line.start + span[0], line.start + span[1])


@frozen
class FileOutline:
    """One file: its policy, its settings and its declarations. `broken` lists heads with unreadable lines under them."""

    file: PolicyFile
    policy: str | None
    settings: tuple[Line, ...]
    imports: tuple[Line, ...]
    blocks: tuple[Block, ...]


_ARTICLE = (t.ArticleHead, t.Excepts, t.Quotation, t.When, t.GrantLine, t.RefuseLine, t.LiftLine, t.RoundingLine, t.Dated)
UNDER: MappingProxyType[type, tuple[type, ...]] = MappingProxyType(
    {
        t.FactsOf: (t.FactDecl,),
        t.ParameterDecl: (t.Dated,),
        t.TableDecl: (t.Row,),
        t.BenefitDecl: (*_ARTICLE, t.Basis),
        t.Definition: (t.RoundingLine,),
        t.Heading: (t.ExampleMonth, t.ExampleDay, t.Heading, t.CaseLine, t.Expectation),
    }
)
ALONE = (t.Basis, t.EntityDecl, t.ConditionDecl, t.ConsistencyDecl, t.PropertyDecl)
NEEDS: MappingProxyType[type, object] = MappingProxyType(
    {
        t.FactDecl: problems.STANDS_UNDER["fact"],
        t.Dated: problems.STANDS_UNDER["dated"],
        t.Row: problems.STANDS_UNDER["row"],
        t.CaseLine: problems.STANDS_UNDER["case"],
        t.Expectation: problems.STANDS_UNDER["case"],
        t.ExampleMonth: problems.STANDS_UNDER["case"],
        t.ExampleDay: problems.STANDS_UNDER["case"],
        t.Heading: problems.STANDS_UNDER["case"],
    }
)


@define
class _Open:
    """The declaration being gathered."""

    head: Line | None = None
    body: list[Line] = field(factory=list)
    broken: bool = False


def outline(file: PolicyFile) -> Checked[FileOutline]:
    """Lines to declarations, in the order of the file."""
    policy: str | None = None
    settings: list[Line] = []
    imports: list[Line] = []
    blocks: list[Block] = []
    found: list[Diagnostic] = []
    open_ = _Open()

    def close() -> None:
        if open_.head is not None:
            blocks.append(Block(file, policy, open_.head, tuple(open_.body), open_.broken))
        open_.head = None
        open_.body = []
        open_.broken = False

    for line in file.lines:
        statement = line.statement
        if statement is None:
            open_.broken = True
        elif isinstance(statement, t.Heading) and statement.word == "POLICY":
            close()
            if policy is not None:
                found.append(problems.SECOND_POLICY.at(_place(file, line), policy=policy))
            policy = statement.title
        elif isinstance(statement, (t.Setting, t.Jurisdiction)):
            settings.append(line)
        elif isinstance(statement, t.Import):
            imports.append(line)
        elif isinstance(statement, t.Basis) and (_declares(statement) or not _fits(open_.head, statement)):
            blocks.append(Block(file, policy, line))
        elif open_.head is not None and _fits(open_.head, statement):
            open_.body.append(line)
        elif _opens(statement):
            close()
            open_.head = line
        elif isinstance(statement, ALONE):
            close()
            blocks.append(Block(file, policy, line))
        else:
            # Under a head that could not be read, its lines are not to blame.
            if not open_.broken:
                needs = NEEDS.get(type(statement), problems.STANDS_UNDER["article"])
                found.append(problems.OUT_OF_PLACE.at(_place(file, line), needs=needs))
    close()
    if policy is not None:
        blocks = [block if block.policy == policy else Block(file, policy, block.head, block.body, block.broken) for block in blocks]
    return Checked(FileOutline(file, policy, tuple(settings), tuple(imports), tuple(blocks)), tuple(found))


def _declares(basis: t.Basis) -> bool:
    """依据 with a title or a number introduces a document; a bare one under an article cites it."""
    return basis.title is not None or basis.marks.number is not None or basis.marks.effective is not None


def _opens(statement: Statement) -> bool:
    if isinstance(statement, t.Heading):
        return statement.word == "EXAMPLE"
    return type(statement) in UNDER


def _fits(head: Line | None, statement: Statement) -> bool:
    if head is None or head.statement is None:
        return False
    if isinstance(statement, t.Heading):
        return isinstance(head.statement, t.Heading) and statement.word == "LIKE"
    if isinstance(head.statement, t.ParameterDecl) and isinstance(statement, t.Dated):
        return True
    return type(statement) in UNDER.get(type(head.statement), ())


def _place(file: PolicyFile, line: Line) -> Place:
    return Place(file.source, line.start, line.end)


def of_kind(files: Iterable[FileOutline], kind: type) -> Iterator[Block]:
    """Every declaration of one kind, in the order of the files."""
    return (block for file in files for block in file.blocks if isinstance(block.statement, kind))
