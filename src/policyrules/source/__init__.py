"""Text under discussion: sources and places, wording in two languages, diagnostics and their rendering."""
