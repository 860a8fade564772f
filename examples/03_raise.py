"""低保标准由 610 元改为 650 元：谁多得、谁少得、从哪个月起。 610 becomes 650: who gains, who loses, from which month.

在命令行上是 / at the command line: policyrules diff policies policies-650 --ask 低保金 --ask 单人保金
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from changing import POLICIES, changed

from policyrules import diff, load


def main() -> None:
    """Raises the standard in a copy of the policies and prints the difference."""
    with TemporaryDirectory() as folder:
        raised = changed(Path(folder, "policies-650"), ("common/standards.policy", "610元/人·月", "650元/人·月"))
        print(diff(load(POLICIES), raised, ask=("低保金", "单人保金"), seconds=60).text("zh").replace(f"{folder}/", ""))


if __name__ == "__main__":
    main()
