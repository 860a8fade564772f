"""What can be wrong with a compiled book, in words. F11x."""

from __future__ import annotations

from policyrules.source.diagnostic import error

_AGAIN = ("用 policyrules compile 重新编译政策", "compile the policies again with policyrules compile")

FOREIGN = error("F110", "{path} 不是编译好的政策（.book）", "{path} is not a compiled book", _AGAIN)
DAMAGED = error("F111", "{path} 已损坏，内容与校验和不符", "{path} is damaged: its content is not what was written", _AGAIN)
NEWER = error(
    "F112",
    "{path} 是用更新版本的 policyrules 编译的",
    "{path} was made by a newer version of policyrules",
    ("升级 policyrules，或者用本版本重新编译", "update policyrules, or compile the policies again with this version"),
)
OTHER_VERSION = error("F113", "{path} 是用另一版本的 policyrules（{library}）编译的", "{path} was made by another version of policyrules ({library})", _AGAIN)
TOO_LARGE = error("F114", "{path} 太大", "{path} is too large", ("分几本编译", "compile the policies as several books"))
NOT_ALONE = error(
    "F115",
    "{path} 是编译好的政策，不能和别的政策一起用",
    "{path} is a compiled book and cannot be used together with other policies",
    ("把原来的政策文件夹放在一起重新编译", "compile all the folders of policies into one book"),
)
BOOK_EXISTS = error("F116", "{path} 已经存在，没有覆盖", "{path} is there already and was left as it is", ("要覆盖就加 --force", "to replace it add --force"))
