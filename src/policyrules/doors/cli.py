"""The command `policyrules`: its words, and what it says when something cannot be.

Exit status: 0 fine; 1 the input is wrong, or an answer is a conflict or an error; 2 wrong use.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

FINE, WRONG_INPUT, WRONG_USE, INTERRUPTED = 0, 1, 2, 130

MOST_DRAWS = 100_000


class _Parser(argparse.ArgumentParser):
    """argparse with its complaint in both languages."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(WRONG_USE, f"{self.prog}: 用法有误 / wrong use: {message}\n")


class _Version(argparse.Action):
    """Says the version. It is looked up only then: that costs more than all the rest of the parser."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        print(f"policyrules {version('policyrules')}")
        parser.exit()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status. Nothing leaves here as a traceback."""
    from policyrules.doors.files import speak_utf8

    speak_utf8()
    try:
        try:
            return run(arguments)
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _give_up_output()
        return WRONG_INPUT
    except OSError as trouble:
        _give_up_output()
        print(f"错误[X001] 输出写不出去 / output could not be written: {trouble.strerror}", file=sys.stderr)
        return WRONG_INPUT
    except Exception as bug:
        print(_damage(bug) or _apology(bug), file=sys.stderr)
        return WRONG_INPUT


def _give_up_output() -> None:
    """Nobody takes the output any more; without this Python complains once more when it closes the stream."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _utf8(arguments: Sequence[str]) -> list[str]:
    """Arguments as UTF-8, whatever the locale took them for."""
    return [os.fsencode(argument).decode("utf-8", "replace") for argument in arguments]


def run(arguments: Sequence[str] | None = None) -> int:
    """`main` without the last resort: a bug is raised, so that tests see it."""
    parser = _parser()
    options = parser.parse_args(_utf8(sys.argv[1:]) if arguments is None else arguments)
    if options.command == "schema" and not options.policies and options.only != "decision":
        parser.error("the following arguments are required: POLICIES")
    from policyrules.doors import commands  # the parser alone answers --help at once

    match options.command:
        case "check":
            return commands.check(options)
        case "decide":
            return commands.decide(options)
        case "test":
            return commands.test(options)
        case "format":
            return commands.format_files(options)
        case "notice":
            from policyrules.doors.notice_command import write_notice

            return write_notice(options)
        case "why":
            from policyrules.doors.why_command import tell_why

            return tell_why(options)
        case "graph":
            from policyrules.doors.graph_command import draw

            return draw(options)
        case "ask":
            from policyrules.doors.asking import ask

            return ask(options)
        case "batch":
            from policyrules.doors.batch_command import decide_rosters

            return decide_rosters(options)
        case "sql":
            from policyrules.doors.batch_command import print_sql

            return print_sql(options)
        case "diff":
            from policyrules.doors.diff_command import compare_versions

            return compare_versions(options)
        case "mutate":
            from policyrules.doors.mutate_command import mutate

            return mutate(options)
        case "prove":
            from policyrules.doors.prove_command import prove_policies

            return prove_policies(options)
        case "compile":
            from policyrules.doors.compile_command import compile_policies

            return compile_policies(options)
        case _:
            return commands.schema(options)


def _damage(trouble: Exception) -> str | None:
    """What to say where a forged compiled book turned out to hold nonsense; None for everything else."""
    from policyrules.book.compiled import DamagedBook
    from policyrules.source.render import render

    return "\n".join(render(trouble.finding, language) for language in ("zh", "en")) if isinstance(trouble, DamagedBook) else None


def _apology(bug: Exception) -> str:
    last = traceback.extract_tb(bug.__traceback__)[-1:]
    where = "".join(f" ({os.path.basename(frame.filename)}:{frame.lineno})" for frame in last)
    return (
        f"错误[X000] 程序内部出错，没有得出结果，请报告 / internal error, nothing was decided; please report it\n"
        f"  {type(bug).__name__}{where}"
    )


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="policyrules",
        description="检查、决定、测试、排版给付政策 / check, decide, test and format benefit policies",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="版本 / version")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    _check(commands.add_parser("check", help="检查政策 / find what is wrong with policies"))
    _decide(commands.add_parser("decide", help="决定一个个案 / decide one case"))
    _ask(commands.add_parser("ask", help="一题一题地问，直到能决定 / ask one question at a time until all is decided"))
    _test(commands.add_parser("test", help="运行政策里的例子 / run the worked examples"))
    _format(commands.add_parser("format", help="排版政策文件 / lay out policy files"))
    _why(commands.add_parser("why", help="为什么是这个结果，怎样才会不同 / why it is so, and what would change it"))
    _notice(commands.add_parser("notice", help="写告知书 / write the notice of one answer"))
    _graph(commands.add_parser("graph", help="画出答案的来历 / draw what one answer rests on"))
    _schema(commands.add_parser("schema", help="列出个案可以写什么 / print what a case may say"))
    _batch(commands.add_parser("batch", help="成批决定名单上的每一户 / decide everybody in rosters"))
    _sql(commands.add_parser("sql", help="打印成批决定用的 SQL / print the SQL of a batch"))
    _diff(commands.add_parser("diff", help="比较两个版本：谁的结果有变化 / compare two versions: who gets something else"))
    _mutate(commands.add_parser("mutate", help="改一小处，看例子能不能发现 / change one small thing at a time: do the examples notice"))
    _prove(commands.add_parser("prove", help="证明政策不会出错 / prove that the policies cannot go wrong"))
    _compile(commands.add_parser("compile", help="编译成一个文件 / make one file that loads at once"))
    return parser


def _check(parser: argparse.ArgumentParser) -> None:
    _policies(parser)
    _output(parser)


def _decide(parser: argparse.ArgumentParser) -> None:
    _question(parser)
    parser.add_argument("--explain", action="store_true", help="说明理由 / give the reasons")
    _output(parser, ("text", "json", "html"))


def _question(parser: argparse.ArgumentParser) -> None:
    """What is decided: policies, a case, a month or day, and the names asked."""
    _policies(parser)
    parser.add_argument("case", metavar="CASE", help="个案 JSON 文件，- 为标准输入 / JSON case, - for standard input")
    when = parser.add_mutually_exclusive_group(required=True)
    when.add_argument("--month", help="按哪个月决定 / month to decide for, 2020-04")
    when.add_argument("--day", help="按哪一天决定 / day to decide for, 2020-04-15")
    parser.add_argument("--ask", action="append", metavar="NAME", help="只问这个名称，可重复 / ask only this name; repeatable")
    parser.add_argument(
        "--given",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="另外给出的值，如 甲的人均收入=610元，可重复 / a value supplied beside the case; repeatable",
    )


def _why(parser: argparse.ArgumentParser) -> None:
    _question(parser)
    _output(parser)


def _ask(parser: argparse.ArgumentParser) -> None:
    _policies(parser)
    when = parser.add_mutually_exclusive_group()
    when.add_argument("--month", help="按哪个月决定 / month to decide for, 2020-04")
    when.add_argument("--day", help="按哪一天决定 / day to decide for, 2020-04-15")
    parser.add_argument("--ask", action="append", metavar="NAME", help="只问这个名称，可重复 / ask only this name; repeatable")
    parser.add_argument("--answers", metavar="FILE", help="回答存在这里，下次接着答 / keep the answers here, and go on from them")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="中文或英文 / language of messages")


def _notice(parser: argparse.ArgumentParser) -> None:
    _question(parser)
    kinds = ("grant", "refusal", "stop", "back-pay")
    parser.add_argument("--kind", choices=kinds, help="给付、不予、停发、补发；不写就按结果定 / without it the outcome tells")
    parser.add_argument("--previous-month", metavar="MONTH", help="以前给付的月份 / an earlier month in which it was granted")
    parser.add_argument("--previous-case", metavar="CASE", help="那时的个案，不写就用现在的 / the case as it was then")
    parser.add_argument(
        "--paid",
        action="append",
        default=[],
        metavar="MONTH=AMOUNT",
        help="某月已发多少，如 2020-04=330元，可重复 / what was paid in a month; repeatable",
    )
    parser.add_argument("--office", metavar="NAME", help="经办机关 / the office that issues it")
    parser.add_argument("--review-body", metavar="NAME", help="复议机关 / where to apply for review")
    parser.add_argument("--review-within", metavar="TERM", help="复议期限 / within what term")
    parser.add_argument("--date", help="落款日期 / date of the notice")
    _output(parser, ("text", "html"))


def _graph(parser: argparse.ArgumentParser) -> None:
    _question(parser)
    parser.add_argument("--out", metavar="FILE", help="写入 .dot 或 .svg 文件 / write a .dot or .svg file")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="中文或英文 / language of messages")


def _test(parser: argparse.ArgumentParser) -> None:
    _policies(parser)
    parser.add_argument("--coverage", action="store_true", help="例子走到了政策的哪些地方 / what of the policies the examples reach")
    parser.add_argument("--draws", type=_count, default=0, metavar="N", help="性质再用 N 户抽出来的家庭核对 / hold 性质 against N drawn households, too")
    _output(parser)


def _count(words: str) -> int:
    if not words.isascii() or not words.isdigit():
        raise argparse.ArgumentTypeError(f"应当是一个整数 / not a whole number: {words[:20]}")
    return min(int(words), MOST_DRAWS)


def _format(parser: argparse.ArgumentParser) -> None:
    _policies(parser, more="，- 为标准输入 / , - for standard input")
    parser.add_argument("--check", action="store_true", help="只检查，不改文件 / only say which files would change")
    parser.add_argument("--to", choices=("zh", "en"), help="改用中文或英文关键词 / change the spelling of keywords")
    _output(parser)


def _schema(parser: argparse.ArgumentParser) -> None:
    _policies(parser, optional=True)
    parser.add_argument(
        "--only",
        choices=("schema", "case", "decision"),
        help="只要模式、空个案，或决定的模式（不用政策） / only the schema, the empty case, or the schema of a decision (no policies)",
    )
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="中文或英文 / language of messages")


def _batch(parser: argparse.ArgumentParser) -> None:
    _asked_for_all(parser)
    parser.add_argument(
        "--roster",
        action="append",
        required=True,
        metavar="[主体=]FILE|TABLE",
        help="名单（.parquet、.csv、.arrow；用 postgres 时是库里的表，用 spark 时也可以是），如 户=households.parquet，可重复；不写主体就是户里的成员 / "
        "a roster, with postgres a table, with spark either; repeatable; without an entity, of the members",
    )
    words = "结果写入 .parquet、.csv 或 .arrow，用 postgres 时也可以是 table:表名 / where the result goes; with postgres also table:NAME"
    parser.add_argument("--out", required=True, metavar="FILE", help=words)
    parser.add_argument("--engine", choices=("duckdb", "postgres", "spark"), default="duckdb", help="用什么运行 / what runs it")
    parser.add_argument("--memory", metavar="SIZE", help="DuckDB 最多用多少内存，如 1GB，多的放进临时文件 / memory DuckDB may take, the rest in files")
    parser.add_argument("--dsn", metavar="DSN", help="数据库（postgresql://主机/库）或 Spark（spark://主机:端口）在哪里 / where the database or Spark is")


def _sql(parser: argparse.ArgumentParser) -> None:
    _asked_for_all(parser)
    parser.add_argument("--dialect", choices=("duckdb", "postgres", "spark"), default="duckdb", help="哪一种 SQL / which SQL")


def _asked_for_all(parser: argparse.ArgumentParser) -> None:
    """What is decided of everybody: policies, a month or day, names, and the language of what is said."""
    _policies(parser)
    when = parser.add_mutually_exclusive_group(required=True)
    when.add_argument("--month", help="按哪个月决定 / month to decide for, 2020-04")
    when.add_argument("--day", help="按哪一天决定 / day to decide for, 2020-04-15")
    parser.add_argument("--ask", action="append", metavar="NAME", help="只问这个名称，可重复 / ask only this name; repeatable")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="中文或英文 / language of messages")


def _diff(parser: argparse.ArgumentParser) -> None:
    from policyrules.doors.diff_options import add_diff_options

    add_diff_options(parser)


def _mutate(parser: argparse.ArgumentParser) -> None:
    _policies(parser)
    parser.add_argument("--ask", action="append", metavar="NAME", help="只改这个名称用到的地方，可重复 / only what this name needs; repeatable")
    parser.add_argument("--count", type=int, choices=range(1, 1_000_001), metavar="N", help="随机取几处，不写就全试 / so many, drawn; all where not written")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="随机数种子 / seed of the draw")
    parser.add_argument("--all", action="store_true", help="发现了的也列出来 / list what is noticed, too")
    parser.add_argument("--propose", metavar="FILE", help="把建议的例子写进这个文件 / write proposed examples into this file")
    words = "比较一处最多几秒，不写是 5 / seconds for one comparison, at most; 5 where not written"
    parser.add_argument("--seconds", type=int, choices=range(1, 3601), default=5, metavar="N", help=words)
    _output(parser)


def _prove(parser: argparse.ArgumentParser) -> None:
    _policies(parser)
    parser.add_argument("--ask", action="append", metavar="NAME", help="只证明这个给付或性质，可重复 / only this benefit or property; repeatable")
    words = "户内每类成员最多几人，不写是 3 / members in each list, at most; 3 where not written"
    parser.add_argument("--members", type=int, choices=range(1, 9), default=3, metavar="N", help=words)
    parser.add_argument("--from", dest="first", metavar="MONTH", help="从哪个月起，如 2015-01 / from this month on")
    parser.add_argument("--to", dest="last", metavar="MONTH", help="到哪个月止 / up to this month")
    words = "一个问题最多几秒，不写是 5 / seconds for one question, at most; 5 where not written"
    parser.add_argument("--seconds", type=int, choices=range(1, 3601), default=5, metavar="N", help=words)
    _output(parser)


def _compile(parser: argparse.ArgumentParser) -> None:
    _policies(parser)
    parser.add_argument("-o", "--output", required=True, metavar="FILE", help="写入这个 .book 文件 / the .book file to write")
    parser.add_argument("--force", action="store_true", help="覆盖已有的文件 / replace a file that is there")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="中文或英文 / language of messages")


def _policies(parser: argparse.ArgumentParser, more: str = "", *, optional: bool = False) -> None:
    words = f"政策文件夹、文件或 .book / folder or file of policies, or a .book{more}"
    parser.add_argument("policies", nargs="*" if optional else "+", metavar="POLICIES", help=words)


def _output(parser: argparse.ArgumentParser, formats: tuple[str, ...] = ("text", "json")) -> None:
    said = {
        ("text", "json"): "输出文字或 JSON / write text or JSON",
        ("text", "html"): "输出文字或网页 / write text or a page",
        ("text", "json", "html"): "输出文字、JSON 或网页 / write text, JSON or a page",
    }
    parser.add_argument("--format", choices=formats, default="text", help=said[formats])
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="中文或英文 / language of messages")


if __name__ == "__main__":
    sys.exit(main())
