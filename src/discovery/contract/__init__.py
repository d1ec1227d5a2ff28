"""The contract of a table: suggested from the audit, held and judged by Great Expectations.

``suggest`` makes a suite from a table's robust core, ``validate`` judges a drop, ``apply_contract`` does both for
all tables of a drop and turns what an earlier contract no longer allows into findings.
"""

from .apply import apply_contract, contract_findings
from .inplace import validate_in_database
from .model import ContractResult, Expectation, Outcome, Suite, read_suite, write_suite
from .references import judge_references
from .suggest import suggest
from .validate import engine_for, validate

__all__ = [
    "ContractResult",
    "Expectation",
    "Outcome",
    "Suite",
    "apply_contract",
    "contract_findings",
    "engine_for",
    "judge_references",
    "read_suite",
    "suggest",
    "validate",
    "validate_in_database",
    "write_suite",
]
