"""Ways to run a program. They see typed, acyclic expressions only, and all give the same answers."""
