"""The bundle of eight decisions as formulas of OpenFisca, or of PolicyEngine, which is made from it: numpy arrays of floats.

Both get a convenience: options as truths, days of birth as days, a whole year's expenses as a figure of the month, and for rosters the
place of everybody's household. Sums over members that several formulas need are variables, so that they are reckoned once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

Formula: TypeAlias = Callable[[Any, Any], Any]

MONTH = "2020-04"
PAID = ("living", "disabled", "child", "elder", "school", "health", "housing", "heating")
HOUSEHOLD = {"assets": float, "vehicle": bool, "rent": float, "town": bool}
PERSON = {"birth": "day", "income": float, "severe": bool, "pupil": bool, "medical": float}


def system(module: str) -> Any:
    """The variables, and the formulas of the month."""
    numpy: Any = import_module("numpy")
    entities, variables = import_module(f"{module}.entities"), import_module(f"{module}.variables")
    person = entities.Entity("person", "persons", "", "")
    household = entities.GroupEntity("household", "households", "", "", roles=[{"key": "member", "plural": "members", "label": "", "doc": ""}])
    found: Any = import_module(f"{module}.taxbenefitsystems").TaxBenefitSystem([household, person])
    month = import_module(f"{module}.periods").MONTH
    day: Any = import_module("datetime").date

    def variable(name: str, entity: Any, kind: Any, formula: Formula | None = None) -> None:
        fields = {"value_type": day if kind == "day" else kind, "entity": entity, "definition_period": month, "label": name}
        found.add_variable(type(name, (variables.Variable,), {**fields, **({"formula": formula} if formula else {})}))

    for entity, inputs in ((household, HOUSEHOLD), (person, PERSON)):
        for name, kind in inputs.items():
            variable(name, entity, kind)

    def until(year: int) -> Any:
        return numpy.datetime64(f"{year}-04-01")

    def rounded(formula: Formula) -> Formula:
        return lambda home, at: numpy.floor(formula(home, at) * 100 + 0.5) / 100

    def count(name: str, which: Formula) -> None:
        variable(name, household, int, lambda home, at: home.sum(which(home, at)))

    count("size", lambda home, at: home.members("income", at) >= 0)
    count("severe_ones", lambda home, at: home.members("severe", at))
    count("children", lambda home, at: home.members("birth", at) > until(2002))
    count("old", lambda home, at: home.members("birth", at) <= until(1960))
    count("very_old", lambda home, at: home.members("birth", at) <= until(1940))
    count("pupils", lambda home, at: home.members("pupil", at))
    variable("total", household, float, lambda home, at: home.sum(home.members("income", at)))
    variable("own_medical", household, float, lambda home, at: home.sum(numpy.maximum(home.members("medical", at) - 5000, 0)))
    variable("modest", household, bool, lambda home, at: (home("assets", at) <= 610 * 24 * home("size", at)) & ~home("vehicle", at))
    variable("low", household, bool, lambda home, at: (home("total", at) < 610 * 1.5 * home("size", at)) & home("modest", at))
    amounts: Mapping[str, Formula] = {
        "living": lambda home, at: home("modest", at) * numpy.maximum(610 * home("size", at) - home("total", at), 0),
        "disabled": lambda home, at: 610 * home("severe_ones", at) * 0.35,
        "child": lambda home, at: (home("total", at) < 610 * 2 * home("size", at)) * 100 * home("children", at),
        "elder": lambda home, at: 50 * home("old", at) + 30 * home("very_old", at),
        "school": lambda home, at: home("low", at) * 150 * home("pupils", at),
        "health": lambda home, at: home("low", at) * (home("own_medical", at) / 12 * 0.5),
        "housing": lambda home, at: (home("low", at) & home("town", at)) * numpy.minimum(home("rent", at) * 0.3, 300),
        "heating": lambda home, at: (home("low", at) & ~home("vehicle", at)) * numpy.where(home("town", at), 120, 80),
    }
    for name, formula in amounts.items():
        variable(name, household, float, rounded(formula))
    return found


def simulation(module: str, made: Any, homes: Mapping[str, Any], people: Mapping[str, Any], place: Any) -> Any:
    """Everybody, with `place` the number of each one's household."""
    numpy: Any = import_module("numpy")
    builder = import_module(f"{module}.simulations").SimulationBuilder()
    builder.create_entities(made)
    builder.declare_person_entity("person", numpy.arange(len(place)))
    home = builder.declare_entity("household", numpy.arange(len(homes["assets"])))
    builder.join_with_persons(home, place, numpy.full(len(place), "member"))
    found = builder.build(made)
    for name, values in (*((name, homes[name]) for name in HOUSEHOLD), *((name, people[name]) for name in PERSON)):
        found.set_input(name, MONTH, values)
    return found


def paid(found: Any) -> dict[str, Any]:
    """What the eight pay."""
    return {name: found.calculate(name, MONTH) for name in PAID}


def batch(module: str, folder: Path, out: Path, ready: bool) -> Callable[[], object]:
    """A roster from its files to a file; where it is ready, the formulas alone are left to do."""
    pyarrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    made = system(module)

    def read() -> tuple[Any, Any]:
        ids, homes, people, place = rosters(folder)
        return ids, simulation(module, made, homes, people, place)

    def whole() -> None:
        ids, found = read()
        parquet.write_table(pyarrow.table({"home": pyarrow.array(ids, pyarrow.string()), **paid(found)}), out)

    if not ready:
        return whole
    _, found = read()
    return lambda: paid(found)


def single(module: str) -> Callable[[Mapping[str, Any]], list[int]]:
    """One household at a time, as `rivals.py` hands it over; what the eight pay, in 分."""
    numpy: Any = import_module("numpy")
    made = system(module)

    def run(one: Mapping[str, Any]) -> list[int]:
        members = one["members"]
        days = [f"{person['birth'] // 10000:04}-{person['birth'] // 100 % 100:02}-{person['birth'] % 100:02}" for person in members]
        people = {
            "birth": numpy.array(days, "datetime64[D]"),
            "severe": numpy.array([person["level"] in ("一级", "二级") for person in members]),
            "pupil": numpy.array([person["school"] for person in members]),
            **{name: numpy.array([person[name] / 100 for person in members]) for name in ("income", "medical")},
        }
        home = {name: numpy.array([one[name] / 100]) for name in ("assets", "rent")}
        home |= {"vehicle": numpy.array([one["vehicle"]]), "town": numpy.array([one["place"] == "城镇"])}
        found = paid(simulation(module, made, home, people, numpy.zeros(len(members), int)))
        return [round(float(found[name][0]) * 100) for name in PAID]

    return run


def rosters(folder: Path) -> tuple[Any, Mapping[str, Any], Mapping[str, Any], Any]:
    """The two files as arrays: the households' ids, their columns, the people's, and the place of everybody's household."""
    with import_module("duckdb").connect() as connection:
        connection.execute(f"CREATE TEMP TABLE homes AS SELECT *, row_number() OVER () - 1 AS place FROM '{folder / 'homes.parquet'}'")
        homes = connection.execute(
            "SELECT 编号 AS id, 金融资产::FLOAT AS assets, 有机动车 AS vehicle, 房租::FLOAT AS rent, 居住地 = '城镇' AS town FROM homes ORDER BY place"
        ).fetchnumpy()
        people = connection.execute(f"""
            SELECT place, 出生日期 AS birth, 月收入::FLOAT AS income, 残疾等级 IN ('一级', '二级') AS severe, 在校 AS pupil, 医疗支出::FLOAT AS medical
            FROM '{folder / 'people.parquet'}' JOIN homes ON 户 = homes.编号""").fetchnumpy()
    return homes["id"], homes, {**people, "birth": people["birth"].astype("datetime64[D]")}, people["place"]
