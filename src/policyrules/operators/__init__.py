"""The one table of meaning: a row per operator with its types, its value (facts missing or not) and its words."""
