"""Is this rule change what you meant: cases drawn from a book, proofs, differences, impact, coverage and mutants. Assumes a book without errors."""
