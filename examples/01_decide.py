"""Embedding: load the policies once, decide a household, read the answer and its reasons."""

import json
from pathlib import Path

from policyrules import decide, load

HERE = Path(__file__).parent


def main() -> None:
    """Decides one household and prints what it gets, first exactly and then in words."""
    book = load(HERE.parent / "policies")
    if book.errors:
        raise SystemExit("\n".join(finding.message.zh for finding in book.errors))
    case = json.loads((HERE / "household.json").read_text(encoding="utf-8"))
    decision = decide(book, case, month="2020-04", ask="生活补贴", explain=True)
    for answer in decision.answers:
        print(answer.instance.id, answer.name, answer.outcome)
    print(decision.text("zh"))


if __name__ == "__main__":
    main()
