"""Doors for people: the command line. The only floor that prints."""
