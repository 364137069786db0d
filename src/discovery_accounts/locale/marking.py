"""The mark of words that stand in tables and are translated where they are used; imported as ``_``."""


def marked(message: str) -> str:
    """``message`` as it is: for the catalogues only."""
    return message
