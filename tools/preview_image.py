"""Draw the picture that stands for the book where somebody links to it: ``python tools/preview_image.py``.

1200 by 630 pixels, as the services that show such pictures want it: the title, and the phase portrait of momentum.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

TARGET = Path(__file__).parents[1] / "book" / "_static" / "preview.png"
PAPER, INK, BLUE, GREEN = "#ffffff", "#20242a", "#1d5489", "#2b6a34"


def draw() -> None:
    """Write the picture."""
    figure = plt.figure(figsize=(12, 6.3), dpi=100, facecolor=PAPER)
    axes = figure.add_axes((0.0, 0.0, 1.0, 0.5))
    axes.axis("off")
    steps = np.arange(60)
    for memory, colour in ((0.5, GREEN), (0.9, BLUE), (0.97, "#5d468f")):
        angle = 0.35 * np.sqrt(1 - memory) + 0.12
        axes.plot(steps, memory ** (steps / 2) * np.cos(angle * steps), color=colour, linewidth=3)
    axes.axhline(0, color="#d9dde3", zorder=0)
    axes.set_xlim(-1, 59)
    family = ["Source Serif 4", "DejaVu Serif"]
    figure.text(0.06, 0.80, "Deep Learning Theory, Verified", fontsize=46, color=INK, family=family, weight="bold")
    told = "Momentum, dropout and pruning:\nevery theorem carries a status that a machine earned"
    figure.text(0.06, 0.60, told, fontsize=24, color="#555c66", family=family, linespacing=1.5)
    figure.savefig(TARGET, facecolor=PAPER, metadata={"Software": None})
    print(f"{TARGET}: {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    draw()
