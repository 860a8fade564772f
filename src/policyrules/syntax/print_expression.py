"""Expressions, bands and cells as text. Parentheses are nodes of the tree, so none are added or lost."""

from __future__ import annotations

