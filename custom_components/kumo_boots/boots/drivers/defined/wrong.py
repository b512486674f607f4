"""Something in a definition that does not fit together, and where."""

type Path = tuple[str | int, ...]


class WrongError(ValueError):
    """``path`` leads to it through the definition; the message is for people."""

    def __init__(self, path: Path, message: str, suggestion: str = "") -> None:
        """Keep where it is and what may have been meant."""
        super().__init__(message)
        self.path = path
        self.suggestion = suggestion
