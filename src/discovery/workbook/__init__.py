"""Runs: the notebooks through Papermill in one warm kernel, or stages alone; published whole or not at all."""

from .run import run_stages, run_workbook

__all__ = ["run_stages", "run_workbook"]
