"""The typed middle: a program, what a run takes (case, occasion) and what it gives (outcome, trace). Names are resolved."""
