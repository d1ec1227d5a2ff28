"""Work that a Dask cluster takes over, through joblib's Dask backend, where the environment names one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from .progress import Progress, silent

__all__ = ["TINY_CELLS", "VARIABLE", "spread"]

VARIABLE = "DISCOVERY_DASK"
"""The variable that names the scheduler, for the processes of a run."""
TINY_CELLS = 500_000
"""A table with fewer cells than this is modelled in less time than a cluster takes to be asked."""
SECONDS = 10


@contextmanager
def spread(cells: int, progress: Progress = silent) -> Iterator[bool]:
    """Have joblib's jobs done by the cluster that the environment names, as long as the block runs.

    Gives whether it does. Tiny jobs are not sent out, and neither is anything where the cluster cannot be reached:
    the results are the same, they take longer.

    Parameters
    ----------
    cells : int
        Rows times columns of the largest table.
    progress : callable
        Told where the cluster cannot be used.
    """
    address = os.environ.get(VARIABLE)
    if not address or cells < TINY_CELLS:
        yield False
        return
    try:
        import joblib
        from distributed import Client

        client = Client(address, timeout=SECONDS)
    except (ImportError, OSError) as error:
        progress(f"the Dask cluster cannot be used ({type(error).__name__}); all is fitted here")
        yield False
        return
    with client, joblib.parallel_config("dask"):
        yield True
