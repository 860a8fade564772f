"""The options of `policyrules diff`. The parser alone is built with them, so nothing else is loaded here."""

from __future__ import annotations

import argparse

from policyrules.doors.impact_options import add_roster_options


def add_diff_options(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    words = "文件夹、文件、.book，或 git 的版本（HEAD~1:policies） / a folder, a file, a .book, or a git revision (HEAD~1:policies)"
    parser.add_argument("old", metavar="OLD", help=f"旧版：{words}")
    parser.add_argument("new", metavar="NEW", help=f"新版：{words}")
    parser.add_argument("--ask", action="append", metavar="NAME", help="只比较这个名称，可重复 / compare only this name; repeatable")
    parser.add_argument("--members", type=_count, default=3, metavar="N", help="每户最多试几个成员，默认 3 / members of a household, at most")
    parser.add_argument("--from", dest="first", metavar="MONTH", help="从哪个月起比较 / the first month, 2020-04")
    parser.add_argument("--to", dest="last", metavar="MONTH", help="比较到哪个月 / the last month")
    parser.add_argument("--seconds", type=_seconds, default=3, metavar="N", help="证明最多用几秒，默认 3 / seconds for proofs, at most")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="输出文字或 JSON / write text or JSON")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="中文或英文 / language of messages")
    add_roster_options(parser)


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 20:
        raise argparse.ArgumentTypeError("1–20")
    return number


def _seconds(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("≥ 0")
    return number
