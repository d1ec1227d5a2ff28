"""A saved model off the disk: its hash first, then skops with trusted types only, joblib with a warning."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

from ..errors import DataError

__all__ = ["FORMAT", "JOBLIB_WARNING", "TRUSTED", "dump_model", "load_model"]

FORMAT = 1
JOBLIB_WARNING = "A joblib file can run code when it is loaded: load it only if you trust where it is from."
TRUSTED = ("discovery.baselines.", "sklearn.", "scipy.sparse.", "functools.partial")
"""What types that skops does not know a file may hold. What a partial calls is listed, and judged, by itself."""


def strange_of(types: list[str]) -> list[str]:
    """Return those of the types in a skops file that are of no trusted package."""
    return [t for t in types if not t.startswith(TRUSTED)]


def dump_model(bundle: dict[str, Any], sample: Any) -> tuple[bytes, str]:
    """Return the bytes of a bundle and what they are: ``skops`` where that gives the model back, else ``joblib``.

    Parameters
    ----------
    bundle : dict
        With the fitted ``model``.
    sample : frame
        A few rows: a skops file counts only if the model read from it predicts them exactly as before.
    """
    from zipfile import ZIP_DEFLATED

    import joblib
    import numpy as np
    from skops.io import dumps, get_untrusted_types, loads

    try:
        data = dumps(bundle, compression=ZIP_DEFLATED, compresslevel=3)
        types = get_untrusted_types(data=data)
        if not strange_of(types):
            again = loads(data, trusted=types)
            if np.array_equal(again["model"].predict(sample), bundle["model"].predict(sample)):
                return data, "skops"
    except Exception:  # the client's own estimator may be anything; joblib takes what skops does not
        pass
    buffer = io.BytesIO()
    joblib.dump(bundle, buffer, compress=3)
    return buffer.getvalue(), "joblib"


def load_model(path: Path, sha256: str | None = None) -> dict[str, Any]:
    """Return the bundle that :func:`dump_model` made.

    Parameters
    ----------
    path : Path
        Ends in ``.skops`` or ``.joblib``. A joblib file can run code when it is loaded: only open files you trust.
    sha256 : str, optional
        What the file must have; checked before anything of it is read.

    Raises
    ------
    DataError
        There is no such file, its hash is another, it holds types that are not trusted, or it is no model.
    """
    where = str(path)
    try:
        data = path.read_bytes()
    except OSError:
        raise DataError("there is no such model", where=where) from None
    if sha256 is not None and hashlib.sha256(data).hexdigest() != sha256:
        raise DataError(
            "is not the model of this run: its SHA-256 is another than evaluation.json has",
            where=where,
            mend="Do not load it. Run the models again, or bring back the file of the run.",
        )
    bundle = _load_skops(data, where) if path.suffix == ".skops" else _load_joblib(data, where)
    if not isinstance(bundle, dict) or not {"model", "features", "classes"} <= set(bundle):
        raise _no_model(where, "no model of Discovery is in it")
    return bundle


def _load_skops(data: bytes, where: str) -> Any:
    from skops.io import get_untrusted_types, loads

    try:
        types = get_untrusted_types(data=data)
    except Exception as error:  # skops raises whatever the archive makes it stumble on
        raise _no_model(where, type(error).__name__) from None
    strange = strange_of(types)
    if strange:
        raise DataError(
            f"holds a type that is not trusted: {strange[0][:100]}",
            where=where,
            mend="Do not load it, unless you know where it is from.",
        )
    try:
        return loads(data, trusted=types)
    except Exception as error:  # as above
        raise _no_model(where, type(error).__name__) from None


def _load_joblib(data: bytes, where: str) -> Any:
    import joblib

    try:
        return joblib.load(io.BytesIO(data))
    except Exception as error:  # joblib and pickle raise anything on a file that is not theirs
        raise _no_model(where, type(error).__name__) from None


def _no_model(where: str, why: str) -> DataError:
    return DataError(f"is no saved model ({why})", where=where, mend="Give a file of a run's models folder.")
