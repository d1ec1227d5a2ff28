"""Make ``docs/report.png``, the first page of a report: python scripts/report_picture.py RUN/week1.html

Needs Chromium and Playwright.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

WIDTH, HEIGHT = 1360, 1480


def main(page: Path, picture: Path) -> None:
    """Open ``page`` as a desktop does and save what is seen first."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light").new_page()
        tab.goto(page.resolve().as_uri())
        tab.screenshot(path=str(picture))
        browser.close()
    print(f"{picture}: {picture.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(__file__).resolve().parent.parent / "docs" / "report.png")
