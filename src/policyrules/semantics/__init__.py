"""Tree to program: names, types, units, timelines, exceptions, lowering.

Every pass gives its value together with its diagnostics; none raises for what a user wrote.
"""
