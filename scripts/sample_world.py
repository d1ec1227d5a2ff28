"""The sample engagement's clean world: a mid-size mobile operator, before any fault is planted."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

__all__ = ["World", "build_world"]

FIRST = {
    "f": "Anna Lena Marie Sophie Emma Mia Hannah Lea Laura Julia Katharina Sabine Ursula Monika Petra Jana".split(),
    "m": "Jonas Lukas Paul Felix Max Jörg Jürgen Hans Peter Klaus Stefan Björn Günther Tobias Moritz Karl".split(),
}
LAST = (
    "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein "
    "Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Werner Krause Lehmann Köhler"
).split()
STREETS = ["Hauptstraße", "Bahnhofstraße", "Gartenweg", "Lindenallee", "Schulstraße", "Am Markt", "Bergstraße"]
CITIES = [
    ("Hamburg", "North", ["20095", "20144", "22303"]),
    ("Bremen", "North", ["28195", "28203"]),
    ("Kiel", "North", ["24103", "24114"]),
    ("Berlin", "East", ["10115", "10437", "12043"]),
    ("Dresden", "East", ["01067", "01099"]),
    ("Leipzig", "East", ["04109", "04229"]),
    ("Köln", "West", ["50667", "50823"]),
    ("Düsseldorf", "West", ["40213", "40476"]),
    ("Dortmund", "West", ["44135", "44263"]),
    ("München", "South", ["80331", "80637", "81541"]),
    ("Nürnberg", "South", ["90402", "90419"]),
    ("Stuttgart", "South", ["70173", "70372"]),
]
PLANS = [
    ("S01", "Smart S", 9.99, 3), ("S02", "Smart M", 14.99, 8), ("S03", "Smart L", 24.99, 20),
    ("F01", "Family", 39.99, 40), ("B01", "Business", 49.99, 60), ("P01", "Prepaid", 4.99, 1),
    ("D01", "Data only", 19.99, 30), ("U01", "Unlimited", 59.99, 0),
]  # fmt: skip
BRANDS = ["Samsung", "Apple", "Xiaomi", "Google", "Nokia"]
OPENINGS = {
    "billing": ["My last invoice is higher than agreed", "I was charged twice", "Please explain this fee"],
    "network": ["No signal at home since yesterday", "Calls drop all the time", "Mobile data is very slow"],
    "device": ["The new phone does not start", "The display broke after a week", "eSIM activation fails"],
    "contract": ["I want to change my plan", "How do I extend my contract", "Please confirm my cancellation"],
}
CLOSINGS = [
    "Kindly look into it soon.", "This is the second time I write.", "I have tried a restart already.",
    "Thank you for your help.", "I expect an answer this week.", "It worked fine before the update.",
]  # fmt: skip


class World:
    """The tables of one drop, as polars frames of clean values."""

    def __init__(self, **tables: pl.DataFrame) -> None:
        self.tables = tables

    def __getitem__(self, name: str) -> pl.DataFrame:
        return self.tables[name]

    def __setitem__(self, name: str, frame: pl.DataFrame) -> None:
        self.tables[name] = frame


def build_world(as_of: date, customers: int, seed: int) -> World:
    """Return the operator's tables as they stood on ``as_of``. A later date keeps all earlier rows."""
    rng = np.random.default_rng(seed)
    people = _customers(rng, customers, date(2026, 9, 7))
    return World(
        customers=people,
        subscriptions=_subscriptions(np.random.default_rng(seed + 1), people),
        invoices=_invoices(np.random.default_rng(seed + 2), people),
        tickets=_tickets(np.random.default_rng(seed + 3), people, 3200, as_of),
        usage=_usage(np.random.default_rng(seed + 4), date(2025, 9, 1), as_of - timedelta(days=1)),
        plans=pl.DataFrame(PLANS, schema=["plan_code", "plan_name", "list_price", "data_gb"], orient="row"),
        regions=pl.DataFrame(
            {"region": ["North", "East", "South", "West"], "manager": ["Petersen", "Vogel", "Huber", "Kron"],
             "shops": [14, 11, 19, 23]}
        ),
    )  # fmt: skip


def _iban(rng: np.random.Generator) -> str:
    account = "".join(str(d) for d in rng.integers(0, 10, 18))
    check = 98 - int(account + "131400") % 97
    return f"DE{check:02d}{account}"


def _customers(rng: np.random.Generator, n: int, as_of: date) -> pl.DataFrame:
    gender = rng.choice(["f", "m"], n)
    first = [str(rng.choice(FIRST[g])) for g in gender]
    last = rng.choice(LAST, n)
    city = rng.integers(0, len(CITIES), n)
    age = np.clip(rng.normal(46, 16, n), 18, 92)
    tenure = np.clip(rng.gamma(2.0, 18.0, n), 0, 180).astype(int)
    contract = rng.choice(["month to month", "one year", "two years"], n, p=[0.5, 0.28, 0.22])
    payment = rng.choice(["direct debit", "card", "invoice"], n, p=[0.55, 0.25, 0.2])
    charge = np.round(np.clip(rng.gamma(5.0, 7.0, n), 5, 120), 2)
    calls = rng.poisson(0.8 + 1.2 * (rng.random(n) < 0.2), n)
    data = np.round(rng.gamma(2.0, 4.0, n), 1)
    score = (
        -1.75
        - 0.035 * tenure
        + 1.5 * (contract == "month to month")
        - 0.9 * (contract == "two years")
        + 0.55 * calls
        + 0.025 * (charge - 35)
        + 0.5 * (payment == "invoice")
        - 0.05 * data
    )
    churned = rng.random(n) < 1 / (1 + np.exp(-1.35 * score))
    ascii_ = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
    reasons = rng.choice(["price", "network", "moved away", "service"], n)
    return pl.DataFrame(
        {
            "customer_id": [f"K{100001 + i}" for i in range(n)],
            "name": [f"{b}, {a}" for a, b in zip(first, last, strict=True)],
            "email": [
                f"{a}.{b}{i % 97}@mail{i % 5}.example".lower().translate(ascii_)
                for i, (a, b) in enumerate(zip(first, last, strict=True))
            ],
            "phone": [f"+49 1{rng.integers(50, 80)} {rng.integers(1000000, 9999999)}" for _ in range(n)],
            "birth_date": [as_of - timedelta(days=int(a * 365.25) + int(rng.integers(0, 365))) for a in age],
            "gender": gender,
            "street": [f"{rng.choice(STREETS)} {rng.integers(1, 140)}" for _ in range(n)],
            "postcode": [str(rng.choice(CITIES[c][2])) for c in city],
            "city": [CITIES[c][0] for c in city],
            "country": ["DE"] * n,
            "region": [CITIES[c][1] for c in city],
            "segment": rng.choice(["private", "family", "young", "senior"], n, p=[0.5, 0.25, 0.15, 0.1]),
            "tenure_months": tenure,
            "contract": contract,
            "payment_method": payment,
            "monthly_charge": charge,
            "annual_charge": np.round(charge * 12, 2),
            "household_income": np.round(rng.lognormal(10.6, 0.45, n), 0).astype(int),
            "support_calls_90d": calls,
            "data_used_gb_30d": data,
            "iban": [_iban(rng) for _ in range(n)],
            "fax": [None] * n,
            "cancellation_reason": [str(r) if c else None for r, c in zip(reasons, churned, strict=True)],
            "churned": np.where(churned, "yes", "no"),
        },
        schema_overrides={"fax": pl.String},
    )


def _subscriptions(rng: np.random.Generator, people: pl.DataFrame) -> pl.DataFrame:
    owner = np.sort(np.concatenate([np.arange(people.height), rng.integers(0, people.height, people.height // 4)]))
    n = len(owner)
    plan = rng.choice(len(PLANS), n, p=[0.18, 0.22, 0.17, 0.1, 0.06, 0.12, 0.1, 0.05])
    start = [date(2026, 8, 20) - timedelta(days=int(d)) for d in rng.integers(10, 2500, n)]
    ended = rng.random(n) < 0.2
    length = rng.integers(30, 700, n)
    models = [f"{rng.choice(BRANDS)} {rng.choice(list('ABCEGMNXZ'))}{rng.integers(10, 400)}" for _ in range(1500)]
    return pl.DataFrame(
        {
            "subscription_id": [f"S{700001 + i}" for i in range(n)],
            "customer_id": people["customer_id"].gather(owner),
            "plan_code": [PLANS[p][0] for p in plan],
            "start_date": start,
            "end_date": [
                min(s + timedelta(days=int(d)), date(2026, 9, 1)) if e else None
                for s, d, e in zip(start, length, ended, strict=True)
            ],
            "data_gb": [str(PLANS[p][3] or rng.integers(80, 200)) for p in plan],
            "device_brand": rng.choice(BRANDS, n, p=[0.36, 0.33, 0.15, 0.1, 0.06]),
            "device_model": rng.choice(models, n),
            "dealer": rng.choice(
                ["Müller Telekom", "Schäfer & Söhne", "Online", "Köhler Mobil", "Nordwind Shop"], n
            ),
            "esim": np.where(rng.random(n) < 0.02, "yes", "no"),
            "status": np.where(ended, "ended", "active"),
        }
    )


def _invoices(rng: np.random.Generator, people: pl.DataFrame) -> pl.DataFrame:
    months = [date(2026, m, 1) for m in range(1, 8)]
    chosen = np.sort(rng.choice(people.height, 1300, replace=False))
    owner = np.repeat(chosen, len(months))
    n = len(owner)
    net = np.round(people["monthly_charge"].to_numpy()[owner] * rng.uniform(0.95, 1.15, n), 2)
    vat = np.round(net * 0.19, 2)
    late = rng.random(n) < 0.12
    issued = [months[i % len(months)] + timedelta(days=int(d)) for i, d in enumerate(rng.integers(0, 4, n))]
    overdue = np.where(late, 1 + rng.poisson(9, n), 0)
    return pl.DataFrame(
        {
            "invoice_no": [f"R{2026000001 + i}" for i in range(n)],
            "customer_id": people["customer_id"].gather(owner),
            "issued_on": issued,
            "net": net,
            "vat": vat,
            "gross": np.round(net + vat, 2),
            "items": rng.integers(1, 6, n),
            "channel": rng.choice(["mail", "portal", "letter"], n, p=[0.5, 0.38, 0.12]),
            "discount_pct": rng.choice([0, 5, 10, 15], n, p=[0.7, 0.15, 0.1, 0.05]),
            "days_overdue": overdue,
            "reminder_sent_on": [
                d + timedelta(days=14 + int(o)) if x else None
                for d, o, x in zip(issued, overdue, late, strict=True)
            ],
            "paid_late": late.astype(int),
        }
    )


def _tickets(rng: np.random.Generator, people: pl.DataFrame, n: int, as_of: date) -> pl.DataFrame:
    kinds = list(OPENINGS)
    day = np.sort(rng.integers(0, 371, n))
    category = rng.integers(0, 4, n)
    priority = rng.choice(["low", "normal", "high"], n, p=[0.3, 0.55, 0.15])
    channel = rng.choice(["mail", "chat", "phone"], n)
    base = np.array([18.0, 34.0, 42.0, 14.0])[category] * np.where(channel == "phone", 0.75, 1.0)
    minutes = base * np.where(priority == "high", 1.5, 1.0) * rng.lognormal(0, 0.42, n)
    owner = rng.integers(0, people.height, n)
    body = [f"{rng.choice(OPENINGS[kinds[k]])}. {rng.choice(CLOSINGS)} {rng.choice(CLOSINGS)}" for k in category]
    clock = rng.integers(8 * 3600, 20 * 3600, n)
    return pl.DataFrame(
        {
            "ticket_id": [f"T{50001 + i}" for i in range(n)],
            "customer_id": people["customer_id"].gather(owner),
            "created_at": [
                f"{date(2025, 9, 8) + timedelta(days=int(d))}T{c // 3600:02d}:{c // 60 % 60:02d}:{c % 60:02d}"
                for d, c in zip(day, clock, strict=True)
            ],
            "category": [kinds[k] for k in category],
            "priority": priority,
            "channel": channel,
            "body": body,
            "agent": [f"agent {a}" for a in rng.integers(1, 25, n)],
            "satisfaction": rng.choice([1, 2, 3, 4, 5], n, p=[0.06, 0.1, 0.2, 0.38, 0.26]),
            "handling_minutes": np.round(minutes, 1),
        }
    ).filter(pl.col("created_at") < as_of.isoformat())


def _usage(rng: np.random.Generator, start: date, end: date) -> pl.DataFrame:
    rows = []
    for offset in range((end - start).days + 1):
        day = start + timedelta(days=offset)
        for index, region in enumerate(["East", "North", "South", "West"]):
            level = (900 + 180 * index) * (1.12 if day.weekday() >= 5 else 1.0) * (1 + offset / 2000)
            rows.append(
                (
                    day,
                    region,
                    round(float(level * rng.normal(1, 0.05)), 1),
                    int(level * 40 * rng.normal(1, 0.04)),
                    round(float(np.clip(rng.normal(1.9, 0.5), 0.2, 6)), 2),
                    int(np.clip(rng.normal(42, 7), 18, 90)),
                )
            )
    schema = ["day", "region", "data_volume_gb", "calls", "dropped_calls_pct", "latency_ms"]
    return pl.DataFrame(rows, schema=schema, orient="row")
