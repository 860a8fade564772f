"""Text to tree and back: words, parsing, comments, mistakes, formatting. No meaning; Lark is known only here."""
