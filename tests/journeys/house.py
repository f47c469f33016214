"""The real bot as a process, for journeys: they talk to the pretend Telegram, the portal and this, to nothing else."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp

ROOT = Path(__file__).resolve().parents[2]
Table = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A command that came to its end."""

    code: int
    out: str
    err: str


@dataclass(kw_only=True)
class Loa:
    """`python -m bot run` with a config.toml of its own: start it, stop it, kill it, ask its pages and its commands.

    *tables* are merged over the defaults below; *sources* get an id, an interval of one second and a title.
    """

    folder: Path
    api_root: str
    token: str
    sources: Sequence[Table] = ()
    tables: Mapping[str, Table] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    process: asyncio.subprocess.Process | None = None

    def __post_init__(self) -> None:
        self.web = f"127.0.0.1:{free_port()}"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.configure()

    @property
    def config(self) -> Path:
        """Its config.toml."""
        return self.folder / "config.toml"

    @property
    def log(self) -> str:
        """Everything that it wrote so far, over all its lives."""
        return (self.folder / "log").read_text("utf-8") if (self.folder / "log").exists() else ""

    def configure(self) -> None:
        """Write config.toml anew from `sources` and `tables`."""
        tables: dict[str, Table] = {
            "telegram": {"api_root": self.api_root, "admins": [1001]},
            "storage": {"url": f"sqlite:///{self.folder}/loa.db"},
            "fetch": {"allow_private": True},
            "web": {"listen": self.web},
        }
        for name, values in self.tables.items():
            tables[name] = {**tables.get(name, {}), **values}
        blocks = [(f"[{name}]", values) for name, values in tables.items()]
        for number, source in enumerate(self.sources, 1):
            named = {"id": f"tin{number}" if number > 1 else "tdkt", "title": "Tin tức - Sự kiện", "interval": "1s"}
            blocks.append(("[[sources]]", {**named, **source}))
        self.config.write_text("\n".join(line for block in blocks for line in toml_lines(*block)), encoding="utf-8")

    async def start(self) -> Self:
        """Start it; returns at once (`telegram.wait_listening()` tells when it polls)."""
        with (self.folder / "log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *self._command("run"),
                cwd=ROOT,
                env=self._environment(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Signal it and wait for its end; the exit code."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(how)
        return await self.process.wait()

    async def kill(self) -> None:
        """kill -9."""
        await self.stop(signal.SIGKILL)

    async def run(self, *words: str, text: str | None = None) -> Finished:
        """Another command of Loa with the same configuration, to its end."""
        process = await asyncio.create_subprocess_exec(
            *self._command(*words),
            cwd=ROOT,
            env=self._environment(),
            stdin=asyncio.subprocess.PIPE if text is not None else asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate(text.encode() if text is not None else None)
        return Finished(code=process.returncode or 0, out=out.decode(), err=err.decode())

    async def page(self, path: str) -> tuple[int, str]:
        """One of the pages that it serves: status and text; (0, why) where nothing answers."""
        try:
            async with aiohttp.ClientSession() as session, session.get(f"http://{self.web}{path}") as answer:
                return answer.status, await answer.text()
        except aiohttp.ClientError as why:
            return 0, str(why)

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process is not None and self.process.returncode is None:
            await self.kill()

    def _command(self, *words: str) -> tuple[str, ...]:
        return (sys.executable, "-m", "bot", *words)

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        own = {"TELEGRAM_BOT_TOKEN": self.token, "LOA_CONFIG": str(self.config), "PYTHONUTF8": "1"}
        return {**kept, **own, **self.environment}


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on just now."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def toml_lines(head: str, values: Table) -> list[str]:
    """One table of config.toml; JSON's scalars and lists are TOML's too."""
    return [head, *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()), ""]
