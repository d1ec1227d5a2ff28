"""Make the sample engagement in ``data/sample``: two drops of a mobile operator, and the list of planted faults.

    python scripts/make_sample.py [FOLDER]

The same seed gives the same bytes. Every fault is planted by one function below and listed in ``faults.json`` with
its drop, kind, table, columns and rows (data rows, counted from 1; empty where the whole table or column is meant).
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from sample_world import World, build_world

SEED = 20260907
DROPS = (date(2026, 9, 7), date(2026, 9, 14))
CUSTOMERS = 2600


class Faults:
    """The faults of one drop, as they are planted.

    ``earlier`` are the rows that were drawn for the drop before: they are drawn again, so that a fault stays
    where it was until the next drop.
    """

    def __init__(self, world: World, drop: str, earlier: list[list[int]]) -> None:
        self.world, self.drop, self.listed = world, drop, list[dict[str, Any]]()
        self.rng, self.chance = np.random.default_rng(SEED), np.random.default_rng(SEED + 1)
        self.drawn, self._again = list[list[int]](), iter(earlier)

    def note(self, kind: str, table: str, columns: str, rows: Iterable[int] = (), note: str = "") -> None:
        """List a fault; ``rows`` are counted from 0 here, and from 1 in the file."""
        self.listed.append(
            {"drop": self.drop, "kind": kind, "table": table, "columns": columns.split(),
             "rows": sorted(int(r) + 1 for r in rows), "note": note}
        )  # fmt: skip

    def forget(self, table: str, rows: int) -> None:
        """Take back what was planted in ``table`` beyond its first ``rows`` rows."""
        for fault in [f for f in self.listed if f["table"] == table and f["rows"]]:
            fault["rows"] = [r for r in fault["rows"] if r <= rows]
            if not fault["rows"]:
                self.listed.remove(fault)

    def pick(self, table: str, n: int, where: pl.Expr | None = None) -> list[int]:
        """Return ``n`` row indices of ``table``, drawn where ``where`` holds."""
        rows = next(self._again, None)
        if rows is None:
            frame = self.world[table].with_row_index("__i__")
            pool = (frame.filter(where) if where is not None else frame)["__i__"].to_numpy()
            rows = sorted(self.chance.choice(pool, n, replace=False).tolist())
        self.drawn.append(rows)
        return rows

    def put(self, table: str, column: str, rows: list[int], value: Any | Callable[[Any], Any]) -> None:
        """Write ``value`` (or what it returns for the old value) into the cells of ``column``."""
        cells = self.world[table][column].to_list()
        for row in rows:
            cells[row] = value(cells[row]) if callable(value) else value
        self.world[table] = self.world[table].with_columns(pl.Series(column, cells, strict=False))

    def plant(
        self,
        kind: str,
        table: str,
        column: str,
        n: int,
        value: Any,
        *,
        where: pl.Expr | None = None,
        note: str = "",
    ) -> list[int]:
        """Put ``value`` into ``n`` cells of ``column`` and list it."""
        rows = self.pick(table, n, where)
        self.put(table, column, rows, value)
        self.note(kind, table, column, rows, note)
        return rows


def plant_customers(f: Faults) -> None:
    """Faults of the customer master."""
    t = "customers"
    f.plant("missing", t, "segment", 310, None)
    f.plant("sentinel_missing", t, "household_income", 190, -999)
    f.plant("sentinel_missing", t, "birth_date", 85, date(1900, 1, 1))
    f.plant("impossible_value", t, "tenure_months", 8, lambda v: -abs(v) - 3)
    f.plant("format_violation", t, "email", 15, lambda v: v.replace("@", " at "))
    f.plant("format_violation", t, "postcode", 40, lambda v: v.lstrip("0"), note="leading zero lost",
            where=pl.col("postcode").str.starts_with("0"))  # fmt: skip
    variants = ["north", "NORTH", "Nroth", "North "]
    f.plant(
        "inconsistent_category",
        t,
        "region",
        46,
        lambda _: str(f.rng.choice(variants)),
        where=pl.col("region") == "North",
    )
    f.plant("fd_violation", t, "city", 9, "Rostock", where=pl.col("postcode").is_in(["80331", "50667", "10115"]),
            note="postcode says another city")  # fmt: skip
    f.note("constant", t, "country")
    f.note("empty_column", t, "fax")
    f.note("id_like", t, "customer_id")
    f.note("redundant_column", t, "annual_charge", note="12 x monthly_charge")
    for column in ("name", "email", "phone", "iban", "birth_date"):
        f.note("pii", t, column)
    f.note("reidentification", t, "birth_date postcode gender")
    f.note("leak", t, "cancellation_reason", note="filled only for those who left")
    f.note("imbalance", t, "churned")
    _repeat_customers(f)


def _repeat_customers(f: Faults) -> None:
    frame = f.world["customers"]
    n = frame.height
    twice = f.pick("customers", 12)
    conflicting = frame[twice].with_columns(region=pl.lit("South"), contract=pl.lit("two years"))
    near = f.pick("customers", 25)
    copies = frame[near].with_columns(
        customer_id=pl.Series([f"K{190001 + i}" for i in range(25)]),
        name=pl.col("name").str.replace("e", "a"),
        phone=pl.col("phone").str.replace_all(" ", ""),
    )
    f.world["customers"] = pl.concat([frame, conflicting, copies])
    f.note("duplicate_key", "customers", "customer_id", range(n, n + 12))
    f.note("conflicting_records", "customers", "region contract", range(n, n + 12))
    f.note("near_duplicate", "customers", "", range(n + 12, n + 37), "same person under a new number")
    f.note("unreadable_rows", "customers", "", (), "the last 3 lines of the file have too many fields")


def plant_subscriptions(f: Faults) -> None:
    """Faults of the subscriptions."""
    t = "subscriptions"
    f.plant("mixed_type", t, "data_gb", 60, "unlimited", where=pl.col("plan_code") == "U01")
    f.plant("sentinel_missing", t, "device_brand", 140, "unknown")
    f.plant("inconsistent_category", t, "device_brand", 31, "samsung", where=pl.col("device_brand") == "Samsung")
    f.plant("orphan_fk", t, "plan_code", 20, "X99", note="no such plan")
    f.plant("encoding", t, "dealer", 55, "MÃ¼ller Telekom", where=pl.col("dealer") == "Müller Telekom",
            note="UTF-8 read as cp1252 upstream")  # fmt: skip
    started = pl.col("end_date").is_not_null() & (pl.col("start_date") < date(2025, 1, 1))
    f.plant("rule_violation", t, "end_date", 11, date(2019, 1, 15), where=started, note="ends before it starts")
    f.world[t] = f.world[t].with_columns(pl.col("start_date").dt.to_string("%Y-%m-%d"))
    f.plant("bad_date", t, "start_date", 9, "2024-02-31")
    f.note("near_constant", t, "esim")
    f.note("high_cardinality", t, "device_model")
    f.note("id_like", t, "subscription_id")
    frame = f.world[t]
    again = f.pick(t, 40)
    f.world[t] = pl.concat([frame, frame[again]])
    f.note("duplicate_rows", t, "", range(frame.height, frame.height + 40))


def plant_invoices(f: Faults) -> None:
    """Faults of the invoices."""
    t = "invoices"
    f.plant("orphan_fk", t, "customer_id", 57, lambda _: f"K9{f.rng.integers(10000, 99999)}")
    f.plant("rule_violation", t, "gross", 14, lambda v: round(v + 7.5, 2), note="net + vat is not gross")
    rows = f.pick(t, 3)
    for column in ("net", "vat", "gross"):
        f.put(t, column, rows, lambda v: round(v * 250, 2))
    f.note("outlier", t, "gross", rows, "cents booked as euros, and more")
    f.note("id_like", t, "invoice_no")
    f.note("leak", t, "days_overdue", note="more than 0 exactly when paid late")
    f.note("leak", t, "reminder_sent_on", note="filled exactly when paid late")
    f.note("imbalance", t, "paid_late")
    f.note("group_structure", t, "customer_id")
    f.note("stale", t, "issued_on", note="newest is July; at most 35 days were agreed")


def plant_tickets(f: Faults) -> None:
    """Faults of the support tickets."""
    t = "tickets"
    f.plant("missing", t, "satisfaction", 1150, None)
    crowd = f.pick(t, 160, pl.col("created_at") < "2026-06-01")
    f.put(t, "created_at", crowd, lambda v: "2026-03-11" + v[10:])
    f.note("volume_anomaly", t, "created_at", crowd, "a day with about 20 times the usual tickets")
    f.plant("pii", t, "body", 35, lambda v: f"{v} Reach me at h.schulz{len(v)}@mail.example or 0171 5550{len(v)}.")
    f.note("free_text", t, "body")
    f.note("id_like", t, "ticket_id")


def plant_usage(f: Faults) -> None:
    """Faults of the daily network usage."""
    t = "usage"
    gap = pl.col("day").is_between(date(2026, 2, 9), date(2026, 2, 14))
    f.world[t] = f.world[t].filter(~gap)
    f.note("time_gap", t, "day", (), "six days in February are missing")
    f.plant("sentinel_missing", t, "latency_ms", 48, 9999)
    f.plant("impossible_value", t, "dropped_calls_pct", 5, 140.0)
    mb = pl.col("day").is_between(date(2025, 11, 1), date(2025, 12, 15)) & (pl.col("region") == "West")
    rows = f.world[t].with_row_index("__i__").filter(mb)["__i__"].to_list()
    f.put(t, "data_volume_gb", rows, lambda v: round(v * 1000, 1))
    f.note("unit_mix", t, "data_volume_gb", rows, "West reported megabytes for six weeks")
    f.note("empty_rows", t, "", (), "the last 4 lines hold only delimiters")
    f.note("header_problem", t, "", (), "the first column has no name")
    f.world[t] = f.world[t].with_row_index("")


def plant_second_week(f: Faults) -> None:
    """What happened between the drops."""
    c = f.world["customers"].rename({"segment": "customer_segment"}).drop("payment_method")
    f.world["customers"] = c.with_columns(loyalty_points=pl.Series(f.rng.integers(0, 5000, c.height)))
    f.note("schema_change", "customers", "segment customer_segment", (), "renamed")
    f.note("schema_change", "customers", "payment_method", (), "dropped")
    f.note("schema_change", "customers", "loyalty_points", (), "added")
    kept = int(f.world["subscriptions"].height * 0.7)
    f.world["subscriptions"] = f.world["subscriptions"].head(kept)
    f.forget("subscriptions", kept)
    f.note("volume_change", "subscriptions", "", (), "30% of the rows are gone")
    rewritten = f.pick("invoices", 120, pl.col("issued_on") < date(2026, 4, 1))
    for column in ("net", "vat", "gross"):
        f.put("invoices", column, rewritten, lambda v: round(v * 0.9, 2))
    f.note("history_rewrite", "invoices", "net", rewritten, "invoices of the first quarter were lowered by 10%")
    f.put("tickets", "handling_minutes", list(range(f.world["tickets"].height)), lambda v: round(v * 1.35, 1))
    f.note("distribution_shift", "tickets", "handling_minutes", (), "35% longer, all of them")
    f.plant("contract_broken", "subscriptions", "status", 120, "on hold", note="a status that was not there")


def write_drop(world: World, folder: Path) -> None:
    """Write the tables of ``world`` in the formats that the operator's systems export."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_customers(world["customers"], folder / "customers.csv")
    world["subscriptions"].write_csv(folder / "subscriptions.csv")
    world["invoices"].write_parquet(folder / "invoices.parquet", compression="zstd", compression_level=9)
    (folder / "tickets.jsonl").write_text(_json_lines(world["tickets"]), encoding="utf-8")
    usage = world["usage"].write_csv()
    blank = ("," * (world["usage"].width - 1) + "\n") * 4
    (folder / "usage.csv").write_text(usage + blank, encoding="utf-8")
    _write_workbook(world, folder / "reference.xlsx")


def _json_lines(frame: pl.DataFrame) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in frame.iter_rows(named=True))


def _write_customers(frame: pl.DataFrame, path: Path) -> None:
    comma = ["monthly_charge", "annual_charge", "data_used_gb_30d"]
    text = frame.with_columns(
        pl.col(comma).map_elements(lambda v: f"{v:.2f}".replace(".", ","), return_dtype=pl.String),
        pl.col("birth_date").dt.to_string("%d.%m.%Y"),
    ).write_csv(separator=";", line_terminator="\r\n", quote_style="necessary")
    row = "Lange, Uwe;uwe@mail.example;+49 170 5550100;02.01.1970;m;Am Markt 3;Hinterhaus;2. Stock;links"
    broken = "".join(f"K19900{i};{row};" + ";".join("0" * frame.width) + "\r\n" for i in range(1, 4))
    path.write_bytes((text + broken).encode("cp1252"))


def _write_workbook(world: World, path: Path) -> None:
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": datetime(2026, 9, 7), "author": "Nordwind Mobil"})
    for name in ("plans", "regions"):
        sheet, frame = book.add_worksheet(name), world[name]
        sheet.write(0, 0, f"Nordwind Mobil: {name}, as of 1 September 2026")
        sheet.write_row(2, 0, frame.columns)
        for index, row in enumerate(frame.iter_rows()):
            sheet.write_row(3 + index, 0, row)
    book.close()
    path.write_bytes(buffer.getvalue())


def main(folder: Path) -> None:
    """Write both drops and ``faults.json`` into ``folder``."""
    listed: list[dict[str, Any]] = []
    drawn: list[list[int]] = []
    for day in DROPS:
        world = build_world(day, CUSTOMERS, SEED)
        faults = Faults(world, day.isoformat(), drawn)
        for plant in (plant_customers, plant_subscriptions, plant_invoices, plant_tickets, plant_usage):
            plant(faults)
        if day == DROPS[1]:
            plant_second_week(faults)
        write_drop(world, folder / "drops" / day.isoformat())
        listed += faults.listed
        drawn = faults.drawn
    (folder / "faults.json").write_text(_faults_json(listed), encoding="utf-8")


def _faults_json(listed: list[dict[str, Any]]) -> str:
    return "[\n" + ",\n".join(" " + json.dumps(f, ensure_ascii=False) for f in listed) + "\n]\n"


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1] / "data" / "sample")
