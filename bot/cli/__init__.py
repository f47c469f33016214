"""The command line: `loa COMMAND`, the same as `python -m bot COMMAND`.

Every command is a function of one module here that returns its exit status. A mistake in usage or configuration is
one line on standard error and 2; trouble of any other kind is one line and 1.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence

import typer

from bot.cli import exporting, importing, keeping, looking, past, running, starting
from bot.errors import ConfigError, LoaError

_COMMANDS: tuple[tuple[str, Callable[..., int]], ...] = (
    ("run", running.run),
    ("demo", running.demo),
    ("init", starting.init),
    ("check", looking.check),
    ("preview", looking.preview),
    ("poll", looking.poll),
    ("backfill", past.backfill),
    ("search", looking.search),
    ("import", importing.import_items),
    ("export", exporting.export),
    ("send-test", looking.send_test),
    ("held", keeping.held),
    ("stats", keeping.stats),
    ("backup", keeping.backup),
    ("restore", keeping.restore),
    ("migrate", keeping.migrate),
)


def main() -> None:
    """The console script."""
    # Nothing that an import makes is garbage; collecting meanwhile is a tenth of the start. `run` turns it on again.
    gc.disable()
    sys.exit(status_of(sys.argv[1:] or ["--help"]))


def status_of(words: Sequence[str]) -> int:
    """Run one command line to its end; the exit status."""
    try:
        outcome = command_line()(args=list(words), prog_name="loa", standalone_mode=False)
    except typer.TyperException as mistake:
        return _tell([f"loa: {mistake.format_message()} (`loa --help` lists all)"], 2)
    except ConfigError as error:
        return _tell(error.mistakes, 2)
    except LoaError as error:
        return _tell([f"loa: {error}"], 1)
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output is gone; nothing is left to say
        return 1
    return outcome if isinstance(outcome, int) else 0


def command_line() -> typer.Typer:
    """All commands under their names."""
    cli = typer.Typer(
        help="Loa carries a portal's news to Telegram. Secrets come from the environment or .env, never from here.",
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    for name, command in _COMMANDS:
        cli.command(name)(command)
    return cli


def _tell(lines: Sequence[str], status: int) -> int:
    for line in lines:
        print(line, file=sys.stderr)
    return status
