"""2020年4月1日的扩面拿掉，再放回去：三级智力、精神残疾人少得多少；换一种说法放回去，每一户又和原来一样。

The extension of 2020-04-01 taken out, and put back in other words: what people of the third level lose, and that
afterwards everybody gets what they got.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from changing import POLICIES, changed

from policyrules import diff, load

RULES = "disability_living/rules.policy"
ARTICLE = """第二条 低保家庭外三级智力、精神残疾人  自 2020-04-01 起
  “低保家庭外无固定收入的三级智力、精神残疾人纳入困难残疾人生活补贴保障范围”
  依据 扩面通知
  当 非 低保家庭内 且 三级智力或精神 且 非 有固定收入
  给 低保标准 的 三级智力精神补贴比例

"""
REWRITTEN = ARTICLE.replace("非 低保家庭内 且 三级智力或精神 且 非 有固定收入", "三级智力或精神 且 非 (低保家庭内 或 有固定收入)")
EXCEPTED, LEFT = "例外于 第一条、第二条、第三条", "例外于 第一条、第三条"


def main() -> None:
    """Takes the article out of a copy and prints what that does; puts it back in other words and prints what is left of the change."""
    as_it_is = load(POLICIES)
    with TemporaryDirectory() as folder:
        without = changed(Path(folder, "without"), (RULES, ARTICLE, ""), (RULES, EXCEPTED, LEFT))
        print(diff(as_it_is, without, ask="生活补贴", seconds=60).text("zh").replace(f"{folder}/", ""))
        print()
        back = changed(Path(folder, "back"), (RULES, ARTICLE, REWRITTEN))
        print(diff(as_it_is, back, ask="生活补贴", seconds=60).text("zh").replace(f"{folder}/", ""))


if __name__ == "__main__":
    main()
