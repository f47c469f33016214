"""The errors of the house.

    LoaError
    |- ConfigError          config.toml or the environment is wrong; holds every mistake at once
    |- StoreError           the database did not do what was asked
    |  |- StoreUnreadable   it cannot be opened: not a database, damaged, no permission
    |  |- StoreTooNew       it was written by a newer Loa
    |  `- StoreUnavailable  it is there but cannot write now: disk full, read-only, locked; try again later
    |- TokenRefused         Telegram answered 401: the token is wrong or revoked
    `- AnotherInstance      another process has been polling with this token for too long (409)

What a source or Telegram may answer is no error but a value: see `Trouble` and `Answer` in `model.py`.
"""


class LoaError(Exception):
    """Anything that Loa says in one line and without a traceback."""


class ConfigError(LoaError):
    """The configuration cannot be used; `mistakes` names each place and its mend."""

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class StoreError(LoaError):
    """The database did not do what was asked."""


class StoreUnreadable(StoreError):
    """The database cannot be opened."""


class StoreTooNew(StoreError):
    """The database was written by a newer Loa."""


class StoreUnavailable(StoreError):
    """The database cannot write at the moment; what was asked may be asked again."""


class TokenRefused(LoaError):
    """Telegram refused the token (401)."""


class AnotherInstance(LoaError):
    """Another process polls with this token (409)."""
