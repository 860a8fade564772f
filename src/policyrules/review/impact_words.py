"""The figures of a change in sentences and tables, in both languages; `impact_text` and `report` lay them out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction

from attrs import frozen

from policyrules.review.impact_figures import STATUS_WORDS, Bin, GroupLine, HomeLine, Impact, OpenLine, SchemeLine, Settlement, Tally
from policyrules.source.phrase import Phrase, plain
from policyrules.values.calendar import month_text
from policyrules.values.quantities import money_text

MOST_LINES = 40
_TITLE = Phrase("名单上的影响（{month}）", "Impact on the roster ({month})")
_HOMES = Phrase(
    "户数 {every}（有变动的 {touched} 户）：增加 {gaining} 户、减少 {losing} 户、不变 {unchanged} 户、说不准 {open} 户；个人给付变动 {people} 人",
    "households {every} ({touched} changed): {gaining} gain, {losing} lose, {unchanged} stay, {open} open; people whose own benefits change: {people}",
)
_MONTHLY = Phrase("月支出 {before} → {after} 元（{difference} 元/月）", "monthly amount {before} → {after} yuan ({difference} yuan/month)")
_GRANTS = Phrase(
    "领取 {before} → {after} 笔：新增 {new}、停发 {stopped}、提高 {gaining}、降低 {losing}、不变 {unchanged}",
    "grants {before} → {after}: {new} new, {stopped} stopped, {gaining} raised, {losing} lowered, {unchanged} unchanged",
)
_OPEN = Phrase("说不准 {count} 笔，没有算进上面的钱", "open answers, in none of these sums: {count}")
_MONTHS = Phrase(
    "{first}至{last}共 {count} 个月：{before} → {after} 元（{difference} 元）",
    "{first} to {last} ({count} months): {before} → {after} yuan ({difference} yuan)",
)
_BACK_PAY = Phrase(
    "这些月已按旧版发了的话：应补发 {paid} 元，应追缴 {claimed} 元",
    "where these months were paid by the old version: back-pay {paid} yuan, to claim {claimed} yuan",
)
_FIRST = Phrase("最早有变动的月份：{month}", "first month with a change: {month}")
_NOTHING = Phrase("没有任何变动", "nothing changes")
_PROVISIONAL = Phrase("新版有 {count} 笔用了暂定的标准", "grants of the new version that rest on provisional figures: {count}")
_CLIFF = Phrase(
    "{fact}多 {step}、每月却少领超过 {limit} 元的户：新出现 {created} 户、消失 {removed} 户、两版都有 {standing} 户；{untold} 户看不出",
    "households losing more than {limit} yuan a month when {fact} rises by {step}: {created} new, {removed} gone, {standing} in both; {untold} not told",
)
_SAME_OPEN = Phrase("两版都{status}：{count} 笔", "{status} in both versions: {count}")
_TURNED = Phrase("{name}　{before} → {after}：{count} 笔{paid}，如 {ids}", "{name}, {before} → {after}: {count}{paid}, such as {ids}")
_PAID_BEFORE = Phrase("（旧版共 {amount} 元）", " (old version {amount} yuan)")
_PAID_AFTER = Phrase("（新版共 {amount} 元）", " (new version {amount} yuan)")
_BIN = Phrase("{low} 至 {high} 元", "{low} to {high} yuan")
_BIN_END = Phrase("{low} 元以上", "over {low} yuan")
_GAIN, _LOSS = Phrase("增加 {much}", "gain {much}"), Phrase("减少 {much}", "lose {much}")
_UNIT = Phrase("{name}（{unit}）", "{name} ({unit})")
_MORE = Phrase("另有 {count} 组", "groups not shown: {count}")
_EMPTY = Phrase("（空）", "(empty)")
_IDS = ("、", ", ")

_SCHEME, _RECIPIENTS = Phrase("给付", "benefit"), Phrase("领取", "grants")
_NEW, _STOPPED = Phrase("新增", "new"), Phrase("停发", "stopped")
_RAISED, _LOWERED = Phrase("提高", "raised"), Phrase("降低", "lowered")
_SAME, _OPEN_HEAD = Phrase("不变", "same"), Phrase("说不准", "open")
_BEFORE, _AFTER, _DIFFERENCE = Phrase("前（元/月）", "before (yuan/month)"), Phrase("后（元/月）", "after (yuan/month)"), Phrase("差额", "difference")
_PAID_LATER, _CLAIMED = Phrase("补发（元）", "back-pay (yuan)"), Phrase("追缴（元）", "to claim (yuan)")
_HOME, _HOMES_HEAD = Phrase("户", "household"), Phrase("户数", "households")
_UP, _DOWN = Phrase("增加", "gain"), Phrase("减少", "lose")
_WINNERS, _LOSERS = Phrase("增加最多的户", "Households that gain most"), Phrase("减少最多的户", "Households that lose most")
_MONTH, _TOUCHED = Phrase("月份", "month"), Phrase("变动户数", "households changed")
_LOSS_BEFORE, _LOSS_AFTER = Phrase("旧版少领（元/月）", "loss, old (yuan/month)"), Phrase("新版少领（元/月）", "loss, new (yuan/month)")


@frozen
class Table:
    """A caption, a head and rows; the columns in `texts` hold words, the others figures."""

    caption: Phrase
    head: tuple[Phrase, ...]
    rows: tuple[tuple[Phrase, ...], ...]
    texts: frozenset[int] = frozenset({0})


def title(impact: Impact) -> Phrase:
    """The heading of a page."""
    return _TITLE.fill(month=_month(impact.month))


def sentences(impact: Impact) -> Iterator[Phrase]:
    """What a reader with one minute has to know."""
    homes, total = impact.homes, impact.total
    counts = {name: grouped(getattr(homes, name)) for name in ("every", "touched", "gaining", "losing", "unchanged", "open")}
    yield _HOMES.fill(**counts, people=grouped(impact.people))
    yield _MONTHLY.fill(before=money(total.before), after=money(total.after), difference=signed(total.difference))
    yield _GRANTS.fill(before=grouped(total.recipients_before), after=grouped(total.recipients_after), **_kinds(total))
    if total.open:
        yield _OPEN.fill(count=grouped(total.open))
    if len(impact.months) > 1:
        months = impact.settlement
        span = {"first": _month(impact.months[0]), "last": _month(impact.month), "count": len(impact.months)}
        yield _MONTHS.fill(**span, before=money(months.before), after=money(months.after), difference=signed(months.after - months.before))
        yield _BACK_PAY.fill(paid=money(months.paid_later), claimed=money(months.claimed_back))
        yield _FIRST.fill(month=_month(impact.first_change)) if impact.first_change else _NOTHING
    elif impact.first_change is None:
        yield _NOTHING
    if impact.provisional:
        yield _PROVISIONAL.fill(count=grouped(impact.provisional))


def tables(impact: Impact) -> Iterator[Table]:
    """The tables of a page, in order; those with nothing in them are left out."""
    months = len(impact.months) > 1
    yield _schemes(impact, months)
    if impact.by is not None:
        yield _groups(impact, plain(impact.by), months)
    if months:
        head = (_MONTH, _TOUCHED, _RECIPIENTS, _NEW, _STOPPED, _BEFORE, _AFTER, _DIFFERENCE)
        lines = [
            (_month(line.month), _count(line.touched), _recipients(line.tally), _count(line.tally.new), _count(line.tally.stopped), *_sums(line.tally))
            for line in impact.by_month
        ]
        yield Table(Phrase("按月份", "By month"), head, tuple(lines))
    if impact.bins:
        rows = tuple((bin_words(one), _count(one.homes)) for one in impact.bins)
        yield Table(Phrase("每户一个月增减多少", "How much a household gains or loses a month"), (_DIFFERENCE, _HOMES_HEAD), rows)
    for caption, homes in ((_WINNERS, impact.winners), (_LOSERS, impact.losers)):
        if homes:
            yield _outermost(impact, caption, homes)
    if impact.cliffs is not None and impact.cliffs.worst:
        worst = tuple((plain(one.id), plain(one.income), plain(money(one.loss_before)), plain(money(one.loss_after))) for one in impact.cliffs.worst)
        yield Table(Phrase("新出现的断崖", "New cliffs"), (_HOME, plain(impact.cliffs.fact), _LOSS_BEFORE, _LOSS_AFTER), worst)


def remarks(impact: Impact) -> Iterator[Phrase]:
    """What stands below the tables: cliffs, notes."""
    if impact.cliffs is not None:
        one = impact.cliffs
        counts = {"created": one.created, "removed": one.removed, "standing": one.standing, "untold": one.untold}
        yield _CLIFF.fill(fact=one.fact, step=one.step, limit=money(one.limit), **{name: grouped(count) for name, count in counts.items()})
    yield from impact.notes


def open_answers(impact: Impact) -> Iterator[Phrase]:
    """What has no answer in one of the versions, told one by one where the two differ."""
    for line in impact.opened:
        if line.before != line.after:
            yield _turned(line)
    same: dict[str, int] = {}
    for line in impact.opened:
        if line.before == line.after:
            same[line.before] = same.get(line.before, 0) + line.count
    for status, count in same.items():
        yield _SAME_OPEN.fill(status=STATUS_WORDS[status], count=grouped(count))


def bin_words(one: Bin) -> Phrase:
    """The width of a bin."""
    much = _BIN.fill(low=grouped(one.low), high=grouped(one.high)) if one.high is not None else _BIN_END.fill(low=grouped(one.low))
    return (_GAIN if one.gain else _LOSS).fill(much=much)


def group_words(value: str | None) -> Phrase:
    """A value of the column that makes groups."""
    return _EMPTY if value is None else plain(value)


def scheme_words(line: SchemeLine) -> Phrase:
    """A benefit; what is not paid monthly has its unit beside it."""
    return plain(line.name) if line.monthly else _UNIT.fill(name=line.name, unit=line.unit)


def shown_groups(impact: Impact) -> tuple[GroupLine, ...]:
    """The groups that are shown: all, or those that change most."""
    most = sorted(impact.groups, key=lambda line: -abs(line.tally.difference))[:MOST_LINES]
    return tuple(line for line in impact.groups if line in most)


# ---------------------------------------------------------------- rows


def _schemes(impact: Impact, months: bool) -> Table:
    head = (_SCHEME, _RECIPIENTS, _NEW, _STOPPED, _RAISED, _LOWERED, _SAME, _OPEN_HEAD, _BEFORE, _AFTER, _DIFFERENCE)
    rows = []
    for line in impact.schemes:
        tally = line.tally
        counts = (tally.new, tally.stopped, tally.gaining, tally.losing, tally.unchanged, tally.open)
        settled = _settled(line.settlement, line.monthly) if months else ()
        rows.append((scheme_words(line), _recipients(tally), *map(_count, counts), *_sums(tally), *settled))
    return Table(Phrase("按给付", "By benefit"), (*head, *((_PAID_LATER, _CLAIMED) if months else ())), tuple(rows))


def _groups(impact: Impact, by: Phrase, months: bool) -> Table:
    head = (by, _HOMES_HEAD, _UP, _DOWN, _SAME, _OPEN_HEAD, _RECIPIENTS, _BEFORE, _AFTER, _DIFFERENCE)
    rows = []
    shown = shown_groups(impact)
    for line in shown:
        homes = line.homes
        counts = (homes.every, homes.gaining, homes.losing, homes.unchanged, homes.open)
        settled = _settled(line.settlement, True) if months else ()
        rows.append((group_words(line.value), *map(_count, counts), _recipients(line.tally), *_sums(line.tally), *settled))
    caption = Phrase(f"按{by.zh}", f"By {by.en}")
    if len(shown) < len(impact.groups):
        more = _MORE.fill(count=len(impact.groups) - len(shown))
        caption = Phrase(f"{caption.zh}（{more.zh}）", f"{caption.en} ({more.en})")
    return Table(caption, (*head, *((_PAID_LATER, _CLAIMED) if months else ())), tuple(rows))


def _outermost(impact: Impact, caption: Phrase, homes: Iterable[HomeLine]) -> Table:
    grouping = (plain(impact.by),) if impact.by is not None else ()
    rows = []
    for one in homes:
        group = (group_words(one.value),) if impact.by is not None else ()
        rows.append((plain(one.id), *group, plain(money(one.before)), plain(money(one.after)), plain(signed(one.difference))))
    return Table(caption, (_HOME, *grouping, _BEFORE, _AFTER, _DIFFERENCE), tuple(rows), frozenset({0, 1} if grouping else {0}))


def _turned(line: OpenLine) -> Phrase:
    paid = plain("")
    if line.before == "granted":
        paid = _PAID_BEFORE.fill(amount=money(line.paid_before))
    elif line.after == "granted":
        paid = _PAID_AFTER.fill(amount=money(line.paid_after))
    ids = Phrase(*(sign.join(line.ids) for sign in _IDS))
    words = {"before": STATUS_WORDS[line.before], "after": STATUS_WORDS[line.after]}
    return _TURNED.fill(name=line.name, **words, count=grouped(line.count), paid=paid, ids=ids)


def _kinds(tally: Tally) -> dict[str, str]:
    names = ("new", "stopped", "gaining", "losing", "unchanged")
    return {name: grouped(getattr(tally, name)) for name in names}


def _recipients(tally: Tally) -> Phrase:
    before, after = grouped(tally.recipients_before), grouped(tally.recipients_after)
    return plain(f"{before} → {after}" if before != after else before)


def _sums(tally: Tally) -> tuple[Phrase, Phrase, Phrase]:
    return plain(money(tally.before)), plain(money(tally.after)), plain(signed(tally.difference))


def _settled(settlement: Settlement, monthly: bool) -> tuple[Phrase, Phrase]:
    return (plain(money(settlement.paid_later)), plain(money(settlement.claimed_back))) if monthly else (plain("—"), plain("—"))


def _count(count: int) -> Phrase:
    return plain(grouped(count))


def _month(month: date) -> Phrase:
    return Phrase(month_text(month, "zh"), month_text(month, "en"))


# ---------------------------------------------------------------- numbers


def grouped(number: int | Fraction) -> str:
    """A whole number with its thousands apart: 12,345."""
    return f"{int(number):,}"


def money(amount: Fraction) -> str:
    """An amount of 元 with its thousands apart and every digit: 1,234,560.00."""
    text = money_text(abs(amount))
    whole, point, rest = text.partition(".")
    return ("-" if amount < 0 else "") + (f"{int(whole):,}{point}{rest}" if whole.isdecimal() else text)


def signed(amount: Fraction) -> str:
    """A difference with its sign."""
    return f"+{money(amount)}" if amount > 0 else money(amount)
