"""Write ``templates/engagement.schema.json``: python scripts/make_schema.py"""

from __future__ import annotations

from pathlib import Path

from discovery.engagement.schema import engagement_schema

if __name__ == "__main__":
    path = Path(__file__).resolve().parent.parent / "templates" / "engagement.schema.json"
    path.write_text(engagement_schema(), "utf-8")
    print(path)
