"""换一种写法，意思不变：补差额不按整户减收入，改成每人的差额乘人数。证明每一户、每个月的低保金都一样。

Written otherwise and the same in meaning: the difference is taken per person and multiplied by the heads instead of for the household as a
whole. What every household gets is proved to be the same, in every month.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from changing import POLICIES, changed

from policyrules import diff, load

RULES = "minimum_living/rules.policy"
AS_A_WHOLE = "(适用低保标准 × 人数(成员) − (年收入 折算 到 月)) 保底 0"
PER_PERSON = "((适用低保标准 − 人均收入) 保底 0) × 人数(成员)"


def main() -> None:
    """Rewrites the sum in a copy of the policies and prints what `diff` says of it."""
    with TemporaryDirectory() as folder:
        rewritten = changed(Path(folder, "rewritten"), (RULES, AS_A_WHOLE, PER_PERSON))
        print(diff(load(POLICIES), rewritten, ask="低保金", seconds=60).text("zh").replace(f"{folder}/", ""))


if __name__ == "__main__":
    main()
