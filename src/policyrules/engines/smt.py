"""A program read by a solver: its rules over all households of a shape and all months of a window at once.

What stands here (z3 is imported when the first world is made; without it `ModuleNotFoundError`):

- `windows(program, first, last)`: stretches of months in which no parameter and no article changes.
- `shapes(program, keys, most)`: how many members each list has, the smallest first.
- `world(program, shape, window, shared=None, *, tag="")`: the facts as variables. Two worlds have the same variables for
  the same facts (entity place, key and type) where one is `shared` with the other; a `tag` of its own makes a world of
  other people (two households under one law).
- `outcome(world, key, address)`: a benefit, as `SymbolicOutcome(granted, refused, conflict, failed, amount, articles)`:
  of the four truths exactly one holds; `amount` (0 where refused) counts only where granted.
- `value(world, key, address)`: a rule or parameter, as `SymbolicValue(value, fails)`; `value` counts only where not `fails`.
- `expression(world, node, address)`: any core expression with that instance in hand (and as 本人).
- `fact(world, address, key)`: the variable of a fact, as a `SymbolicValue` that never fails.
- `operation(operator, *values)`: an operator of the table on symbolic values (`operation("less", one, other)`);
  `literal(world, value)`: a known value among them.
- `different(one, other)`: a z3 truth that two outcomes (or two values) are not the same.
- `world.constraints`: what every case the reader takes meets (ranges, whole 分, real days, options, 核对). Ask for it after
  the terms have been made: some terms bring definitions of their own.
- `satisfy(worlds, conditions, seconds)`: a z3 model in which the constraints of the worlds and the conditions hold, tried
  with everyday values first; `NONE` where there is none, `UNTOLD` where the time does not suffice.
- `document(world, model)`: the household of a model as a JSON case, and its month; `subject(world, address)`: the id of an
  instance in it.
- `Unsupported(what, place)`: a construct without a reading.

A truth is a Python bool where it is the same in the whole window and shape, else a z3 Bool; so is `fails`. Numbers are
`Scaled`: `numerator` (a Python int or a z3 Int, a z3 Real where `real`) over the constant `denominator`.
An address is `()` for the root, `(("成员", 0),)` for its first member, and so on.
"""
