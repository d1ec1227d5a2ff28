"""One warm kernel for all notebooks of a run, and the Papermill engine that runs notebooks in it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..errors import NotebookError

__all__ = ["ENGINE", "Kernel", "KernelDiedError", "RunTimeoutError", "register_engine"]

ENGINE = "discovery-warm-kernel"
START_SECONDS = 120.0
_PINNED = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


class RunTimeoutError(NotebookError):
    """The run took longer than it may."""


class KernelDiedError(NotebookError):
    """The kernel ended: killed, out of memory, or crashed."""


class Kernel:
    """A kernel process of this run: started early, used by one notebook after the other, never left behind.

    Parameters
    ----------
    cwd : Path
        Where the notebooks run: their folder, as in JupyterLab.
    environment : mapping
        Set in the kernel, over the parent's environment.
    """

    def __init__(self, cwd: Path, environment: Mapping[str, str]) -> None:
        from jupyter_client.kernelspec import KernelSpec
        from jupyter_client.manager import AsyncKernelManager
        from jupyter_core.utils import run_sync

        self._run_sync = run_sync
        self._folder = Path(tempfile.mkdtemp(prefix="dk-"))
        manager = AsyncKernelManager(kernel_name="python3", connection_file=str(self._folder / "k.json"))
        if sys.platform != "win32":
            manager.transport = "ipc"
            manager.ip = str(self._folder / "s")
        manager._kernel_spec = KernelSpec(
            argv=[sys.executable, "-m", "discovery.workbook.launch", "-f", "{connection_file}"],
            display_name="Python 3",
            language="python",
        )
        self.manager = manager
        self.client: Any = None
        self._asked = False
        environment = {"IPYTHONDIR": str(self._folder / "ipython"), **environment}
        run_sync(manager.start_kernel)(cwd=str(cwd), env=kernel_environment(environment))
        self.pid: int = self._process().pid

    def connect(self, deadline: float | None) -> None:
        """Wait until the kernel answers.

        Raises
        ------
        KernelDiedError
            It ended before it answered, or did not answer in ``START_SECONDS``.
        RunTimeoutError
            ``deadline`` (of ``time.monotonic``) has passed.
        """
        limit = START_SECONDS if deadline is None else max(0.1, min(START_SECONDS, deadline - time.monotonic()))
        self.client = self.manager.client()
        self.client.start_channels()
        try:
            self._run_sync(self.client.wait_for_ready)(timeout=limit)
        except RuntimeError as error:
            if deadline is not None and time.monotonic() >= deadline:
                raise RunTimeoutError("the time ran out while the kernel started") from error
            raise KernelDiedError("the kernel did not start", mend="Run again with --debug.") from error
        self.client.allow_stdin = False

    def run(self, code: str, deadline: float | None = None) -> dict[str, Any]:
        """Run ``code`` outside of any notebook and return the kernel's reply."""
        reply = self.client.execute(code, silent=True, store_history=False, allow_stdin=False)
        while True:
            if deadline is not None and time.monotonic() >= deadline:
                raise RunTimeoutError("the time ran out")
            try:
                message = self._run_sync(self.client.get_shell_msg)(timeout=1.0)
            except Exception as error:
                if type(error).__name__ != "Empty":
                    raise
                if not self._run_sync(self.manager.is_alive)():
                    raise KernelDiedError(*self.death()) from None
                continue
            if message["parent_header"].get("msg_id") == reply:
                content: dict[str, Any] = message["content"]
                return content

    def reset(self) -> None:
        """Clear the names of the notebook before, and start its counter anew; modules stay imported."""
        self.run("get_ipython().reset(new_session=True)")

    def _process(self) -> Any:
        return getattr(self.manager.provisioner, "process", None)

    def death(self) -> tuple[str]:
        """Return how the kernel ended, in words."""
        process = self._process()
        code = process.poll() if process is not None else None
        if code == -signal.SIGKILL:
            return ("the kernel was killed; most often that is the system, out of memory",)
        if code is not None and code < 0:
            return (f"the kernel was ended by {signal.Signals(-code).name}",)
        return (f"the kernel ended with code {code}" if code is not None else "the kernel died",)

    def ask_to_end(self) -> None:
        """Ask the kernel to end by itself, so that it closes what it holds; :meth:`stop` makes sure."""
        with suppress(Exception):
            self._run_sync(self.manager.request_shutdown)()
            self._asked = True

    def stop(self) -> None:
        """End the kernel and all it started: now, or within seconds if it was asked before."""
        if self._asked:
            with suppress(Exception):
                self._process().wait(timeout=3)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL) if hasattr(os, "killpg") else os.kill(self.pid, signal.SIGTERM)
        with suppress(Exception):
            if self.client is not None:
                self.client.stop_channels()
        with suppress(Exception):
            self._process().wait(timeout=10)
        with suppress(Exception):
            self._run_sync(self.manager.cleanup_resources)()
        shutil.rmtree(self._folder, ignore_errors=True)


def kernel_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a kernel: the parent's, with threads pinned and this package importable."""
    environment = dict(os.environ)
    for name in _PINNED:
        environment.setdefault(name, "1")
    source = str(Path(__file__).resolve().parents[2])
    paths = [source, *filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))]
    environment["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(paths))
    environment["GX_ANALYTICS_ENABLED"] = "false"
    environment["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    environment.update(extra)
    return environment


def register_engine() -> None:
    """Make the engine known to Papermill as ``ENGINE``."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.engines import NBClientEngine, papermill_engines

    class WarmEngine(NBClientEngine):  # type: ignore[misc]
        """Runs a notebook in the kernel it is given, and leaves that running."""

        @classmethod
        def execute_managed_notebook(
            cls,
            nb_man: Any,
            kernel_name: str,  # noqa: ARG003
            *,
            kernel: Kernel,
            deadline: float | None,
            **_: Any,
        ) -> None:
            def remaining(_cell: Any = None) -> float | None:
                return None if deadline is None else max(0.01, deadline - time.monotonic())

            client = PapermillNotebookClient(nb_man, km=kernel.manager, timeout_func=remaining)
            client.kc = kernel.client
            try:
                client.execute()
            except CellTimeoutError as error:
                raise RunTimeoutError("the time ran out") from error
            except DeadKernelError as error:
                raise KernelDiedError(*kernel.death()) from error

    papermill_engines.register(ENGINE, WarmEngine)


def call(kernel: Kernel, function: str, deadline: float | None, **arguments: object) -> dict[str, Any]:
    """Call ``function`` of ``discovery.workbook.inside`` in the kernel with JSON arguments."""
    text = json.dumps(arguments)
    code = f"import json; from discovery.workbook import inside; inside.{function}(**json.loads({text!r}))"
    return kernel.run(code, deadline)
