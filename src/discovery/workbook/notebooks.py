"""The notebooks of one run, executed one after the other in one kernel, and written as HTML."""

from __future__ import annotations

import json
import re
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from .. import errors
from ..artifacts import StageRecord, write_atomic
from ..errors import DiscoveryError, NotebookError
from ..parameters import RunParameters
from ..progress import ENVIRONMENT, Progress, following
from .inside import ANSWER
from .kernel import ENGINE, Kernel, KernelDiedError, call, register_engine
from .publish import Staging

__all__ = ["run_notebooks"]


def run_notebooks(
    parameters: RunParameters, notebooks: list[Path], staging: Staging, deadline: float | None, progress: Progress
) -> list[StageRecord]:
    """Execute ``notebooks`` with ``parameters`` in ``staging``, and return what that took besides the stages."""
    start = time.perf_counter()
    progress("Starting a kernel")
    note = staging.folder / ".progress"
    note.touch()
    given = parameters.model_dump(mode="json") | {"out": str(staging.folder)}
    kernel = Kernel(notebooks[0].parent, {ENVIRONMENT: str(note)})
    records: list[StageRecord] = []
    try:
        _import_while_it_starts()
        with following(note, progress), ThreadPoolExecutor(1) as pool:
            kernel.connect(deadline)
            _preflight(kernel, given, staging.folder, deadline)
            records.append(StageRecord(name="kernel", seconds=round(time.perf_counter() - start, 3)))
            pages: list[Future[None]] = []
            for notebook in notebooks:
                begin = time.perf_counter()
                node = _execute(kernel, notebook, given, staging, deadline)
                records.append(StageRecord(name=notebook.stem, seconds=round(time.perf_counter() - begin, 3)))
                pages.append(pool.submit(_write_page, node, notebook.stem, staging.folder))
            for page in pages:
                page.result()
            call(kernel, "scan", deadline, parameters=given)
            kernel.ask_to_end()
    finally:
        kernel.stop()
    return records


def _import_while_it_starts() -> None:

    register_engine()


def _preflight(kernel: Kernel, given: dict[str, Any], folder: Path, deadline: float | None) -> None:
    reply = call(kernel, "preflight", deadline, parameters=given, out=str(folder))
    if reply["status"] != "ok":
        detail = "\n".join(reply.get("traceback", []))
        raise NotebookError(
            f"the drop could not be read: {reply['ename']}", mend="That is a bug; run again with --debug."
        ) from RuntimeError(detail)
    answer = json.loads((folder / ANSWER).read_bytes())
    if "error" in answer:
        raise rebuild(**answer["error"])


def rebuild(type: str, what: str, where: str = "", mend: str = "") -> DiscoveryError:
    """Return the error that was described in another process."""
    kind = getattr(errors, type, errors.InputError)
    error: DiscoveryError = kind(what, where=where, mend=mend)
    return error


def _execute(
    kernel: Kernel, notebook: Path, given: dict[str, Any], staging: Staging, deadline: float | None
) -> Any:
    """Execute one notebook into the staging folder; on failure its partial copy says so in its name."""
    import papermill
    from papermill.exceptions import PapermillExecutionError

    from .sources import parameter_names

    folder = staging.folder / "notebooks"
    folder.mkdir(exist_ok=True)
    output = folder / notebook.name
    known = set(parameter_names(notebook))
    kernel.reset()
    try:
        node = papermill.execute_notebook(
            str(notebook),
            str(output),
            parameters={k: v for k, v in given.items() if k in known},
            engine_name=ENGINE,
            kernel_name="python3",
            language="python",
            progress_bar=False,
            kernel=kernel,
            deadline=deadline,
        )
    except BaseException as error:
        failed = output.with_name(f"FAILED-{output.name}")
        if output.exists():
            _tidy(output, staging, hide_values=True)
            output.rename(failed)
        if isinstance(error, PapermillExecutionError):
            raise _cell_error(error, notebook.name) from error
        if isinstance(error, KernelDiedError):
            raise KernelDiedError(error.what, where=notebook.name) from error
        raise
    _tidy(output, staging)
    for key in ("input_path", "output_path"):
        node.metadata.papermill.pop(key, None)
    return _published(node, staging)


def _cell_error(error: Any, name: str) -> DiscoveryError:
    known = getattr(errors, str(error.ename), None)
    where = f"{name}, cell {error.cell_index + 1}"
    if isinstance(known, type) and issubclass(known, DiscoveryError):
        return known(str(error.evalue).rstrip("."), where=where)
    return NotebookError(
        f"{error.ename}: {_without_values(str(error.evalue))[:300]}", where=where, mend="The notebook shows where."
    )


def _without_values(text: str) -> str:
    """Return an error message without what it quotes, which may be a client's value."""
    return re.sub(r"'[^'\n]*'|\"[^\"\n]*\"|`[^`\n]*`", "'…'", text)


def _tidy(path: Path, staging: Staging, *, hide_values: bool = False) -> None:
    """Take machine paths of the staging folder, and values quoted by errors, out of an executed notebook."""
    node = json.loads(path.read_bytes())
    for key in ("input_path", "output_path", "parameters"):
        node["metadata"].get("papermill", {}).pop(key, None)
    if hide_values:
        for cell in node["cells"]:
            for output in cell.get("outputs", []):
                if output.get("output_type") == "error" and not hasattr(errors, output.get("ename", "")):
                    output["evalue"] = _without_values(output["evalue"])
                    output["traceback"] = [_without_values(line) for line in output["traceback"]]
    text = json.dumps(node, indent=1, ensure_ascii=False) + "\n"
    write_atomic(path, _replace_staging(text, staging))


def _replace_staging(text: str, staging: Staging) -> str:
    return text.replace(json.dumps(str(staging.folder))[1:-1], json.dumps(str(staging.target))[1:-1])


def _published(node: Any, staging: Staging) -> Any:
    import nbformat

    text: str = nbformat.writes(node)  # type: ignore[no-untyped-call]
    return nbformat.reads(_replace_staging(text, staging), as_version=4)  # type: ignore[no-untyped-call]


def _write_page(node: Any, title: str, folder: Path) -> None:
    from .html import notebook_html

    write_atomic(folder / "notebooks" / f"{title}.html", notebook_html(node, title))
