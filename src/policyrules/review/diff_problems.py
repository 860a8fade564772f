"""What can be wrong with a comparison: its words, and the places of what is compared."""

from __future__ import annotations

from policyrules.source.diagnostic import error

NO_NAME = error(
    "D101",
    "两个版本都没有名为“{name}”的待遇、算或条件",
    "neither version has a benefit or a definition called “{name}”",
    ("核对 --ask 后面的名称", "look at the name after --ask"),
)
BAD_MONTH = error("D102", "看不懂月份“{got}”", "“{got}” is no month", ("写成 2020-04 这样", "write it like 2020-04"))
BACKWARDS = error(
    "D103", "开始的月份 {first} 在结束的月份 {last} 之后", "the first month {first} is after the last month {last}", ("把两个月份对调", "exchange the two")
)
NO_ROOT = error(
    "D104",
    "两个版本的主体不同（{old}、{new}），没有可以同时拿给两边决定的户；下面只比较写法",
    "the versions are about different entities ({old}, {new}), so no household can be decided by both; only what is written is compared",
)
NO_GIT = error(
    "D110",
    "这台机器上没有 git，读不了版本 {revision}",
    "there is no git here to read the revision {revision} with",
    ("安装 git，或者给出文件夹", "install git, or name a folder"),
)
NO_REPOSITORY = error(
    "D111",
    "{path} 不是文件夹、文件或 .book，这里也不是 git 仓库",
    "{path} is no folder, file or .book, and this is no git repository",
    ("检查路径；版本写成 HEAD~1:policies 这样", "look at the path; a revision is written like HEAD~1:policies"),
)
NO_REVISION = error(
    "D112",
    "git 里没有版本 {revision}",
    "git knows no revision {revision}",
    ("用 git log 看有哪些版本；如果是路径，检查写法", "see git log for those there are; if it is a path, look at it"),
)
NO_PATH = error(
    "D113",
    "版本 {revision} 里没有 {path}",
    "there is no {path} in the revision {revision}",
    ("路径从仓库的最上层写起；从这里写起就用 ./ 开头", "paths start from the top of the repository, or with ./ from here"),
)
NOTHING_THERE = error(
    "D114",
    "版本 {revision} 的 {path} 里没有 .policy 文件",
    "there are no .policy files in {path} of the revision {revision}",
    ("检查路径", "look at the path"),
)
GIT_TROUBLE = error("D115", "git 读不出 {revision}：{reason}", "git could not read {revision}: {reason}")
