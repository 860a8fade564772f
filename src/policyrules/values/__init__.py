"""Exact values: types and units, quantities and rounding, days and months, what is unknown. No float anywhere."""
