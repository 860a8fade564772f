"""Benefit rules written in Chinese or English: checked before they run, decided exactly, explained."""
