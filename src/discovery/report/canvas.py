"""Matplotlib as a maker of SVG in the report's own style.

Colours are written as custom properties of the page, so that a figure follows light, dark and print. Texts are
put in after drawing, so that none is read as a formula or measured with a font that lacks its signs.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from .clean import anchor, clean

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["ACCENT", "BAD", "INK", "LINE", "MUTED", "PAPER", "SOFT", "Canvas"]

INK, MUTED, LINE, PAPER = "#010101", "#020202", "#030303", "#040404"
ACCENT, SOFT, BAD = "#050505", "#060606", "#070707"
_COLOURS = {
    INK: "var(--ink)", MUTED: "var(--muted)", LINE: "var(--line)", PAPER: "var(--paper)",
    ACCENT: "var(--accent)", SOFT: "var(--accent-soft)", BAD: "var(--bad)",
}  # fmt: skip
_SETTINGS: Any = {
    "svg.fonttype": "none", "font.size": 12, "axes.edgecolor": LINE, "axes.labelcolor": MUTED,
    "xtick.color": MUTED, "ytick.color": MUTED, "text.color": INK, "axes.facecolor": "none",
    "axes.spines.top": False, "axes.spines.right": False, "axes.linewidth": 1.0, "grid.color": LINE,
    "grid.linewidth": 0.8, "axes.labelsize": 12, "xtick.labelsize": 12, "ytick.labelsize": 12,
    "text.parse_math": False, "axes.formatter.use_mathtext": False, "axes.unicode_minus": False,
    "font.family": ["DejaVu Sans"], "path.simplify": True,
}  # fmt: skip
_TOKEN = "Qx{:04d}"
_TOKENS = re.compile(r"Qx(\d{4})")
_HEAD = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
_SIZE = re.compile(r'(<svg[^>]*?) width="[\d.]+pt" height="[\d.]+pt"')
_FONT = re.compile(r"font: ([\d.]+px)[^;\"]*")
_FAMILY = re.compile(r" font-family: [^;\"]*;?")
_STYLE = re.compile(r"\s*<defs>\s*<style.*?</style>\s*</defs>", re.DOTALL)
_GROUP = re.compile(r'<g id="[^"]*">')
_TURN = re.compile(r' transform="rotate\(-?0 [^"]*\)"')
_IDS = re.compile(r'(\bid="|xlink:href="#|url\(#)')


class Canvas:
    """A figure with one axes, drawn by a function and turned into SVG.

    Parameters
    ----------
    width, height : float
        In CSS pixels.
    """

    def __init__(self, width: float, height: float) -> None:
        import matplotlib as mpl
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure

        self._settings = mpl.rc_context(_SETTINGS)
        self._texts: list[str] = []
        with self._settings:
            self.figure = Figure(figsize=(width / 72, height / 72))
            FigureCanvasSVG(self.figure)
            self.axes: Axes = self.figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self.figure.patch.set_visible(False)
        self.width, self.height = width, height

    def place(self, left: float, bottom: float, right: float, top: float) -> None:
        """Set the margins around the axes, in pixels."""
        box = (left / self.width, bottom / self.height)
        self.axes.set_position((*box, 1 - (left + right) / self.width, 1 - (bottom + top) / self.height))

    def text(self, words: str) -> str:
        """Return a token that stands for ``words`` in the drawing."""
        self._texts.append(clean(words))
        return _TOKEN.format(len(self._texts) - 1)

    def svg(self, title: str, description: str) -> Markup:
        """Return the drawing as inline SVG with its text alternative."""
        import matplotlib as mpl

        raw = io.StringIO()
        nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
        name = anchor("fig", title, description)
        with mpl.rc_context({**_SETTINGS, "svg.hashsalt": "discovery"}):
            self.figure.savefig(raw, format="svg", metadata=nothing)
        return Markup(self._finished(raw.getvalue(), name, title, description))

    def _finished(self, svg: str, name: str, title: str, description: str) -> str:
        svg = _METADATA.sub("", _HEAD.sub("", svg), count=1)
        for colour, variable in _COLOURS.items():
            svg = svg.replace(colour, variable)
        svg = _TURN.sub("", _GROUP.sub("<g>", _FAMILY.sub("", _STYLE.sub("", svg, count=1))))
        svg = _IDS.sub(rf"\g<1>{name}-", svg)
        svg = _FONT.sub(r"font-size: \1", svg)
        labelled = f'role="img" aria-labelledby="{name}-t {name}-d" class="figure"'
        svg = _SIZE.sub(rf'\1 width="{self.width:g}" height="{self.height:g}" {labelled}', svg, count=1)
        told = f'<title id="{name}-t">{escape(clean(title))}</title><desc id="{name}-d">'
        told += f"{escape(clean(description, 4000))}</desc>"
        end = svg.index(">") + 1
        svg = svg[:end] + told + svg[end:]
        return _TOKENS.sub(lambda m: str(escape(self._texts[int(m[1])])), svg)
