"""Draws docs/roofline.svg from the lines that `scripts/bench.sh --json FILE row_phase` wrote.

    python3 tests/bench/roofline.py FILE docs/roofline.svg

Each point is a tile of rows in one layer: x is operations per byte of weights read, y is the rate. The roof is the limit
of this machine: its bandwidth, then its matrix rate. Both axes are logarithmic.
"""
import json
import math
import sys

WIDTH, HEIGHT, LEFT, BOTTOM, RIGHT, TOP = 760, 460, 70, 60, 20, 30
COLOURS = {"float32": "#1f6fb2", "bf16": "#c2571a"}


class Axes:
    def __init__(self, x_range, y_range):
        self.x_range, self.y_range = x_range, y_range

    @staticmethod
    def share(value, low, high):
        return math.log(value / low) / math.log(high / low)

    def x(self, value):
        return LEFT + self.share(value, *self.x_range) * (WIDTH - LEFT - RIGHT)

    def y(self, value):
        return HEIGHT - BOTTOM - self.share(value, *self.y_range) * (HEIGHT - BOTTOM - TOP)


def text(x, y, words, size=12, anchor="middle", colour="#222"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-family="sans-serif" text-anchor="{anchor}" '
            f'fill="{colour}">{words}</text>')


def line(x1, y1, x2, y2, colour="#ccc", width=1.0):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width}"/>'


def grid(axes):
    for value in (8, 16, 32, 64, 128, 256, 512):
        yield line(axes.x(value), TOP, axes.x(value), HEIGHT - BOTTOM)
        yield text(axes.x(value), HEIGHT - BOTTOM + 18, value)
    for value in (10, 20, 40, 80, 160):
        yield line(LEFT, axes.y(value), WIDTH - RIGHT, axes.y(value))
        yield text(LEFT - 8, axes.y(value) + 4, value, anchor="end")
    yield text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 18, "operations per byte of weights (rows of a tile / 2 in float32)")
    yield text(LEFT, TOP - 12, "GFLOP/s, one thread", anchor="start")


def roof(axes, points, dtype):
    rate = max(point["matrix_gflops"] for point in points)
    bandwidth = max(point["read_gbytes"] for point in points)
    ridge = max(rate / bandwidth, axes.x_range[0])
    start = max(axes.x_range[0], axes.y_range[0] / bandwidth)
    colour = COLOURS[dtype]
    if start < ridge:
        yield line(axes.x(start), axes.y(start * bandwidth), axes.x(ridge), axes.y(rate), colour, 2)
    yield line(axes.x(ridge), axes.y(rate), WIDTH - RIGHT, axes.y(rate), colour, 2)
    yield text(WIDTH - RIGHT - 4, axes.y(rate) - 6, f"{dtype}: matrix rate {rate:.0f}", anchor="end", colour=colour)


def mark(axes, point, dtype):
    x, y = axes.x(point["operations_per_byte"]), axes.y(point["figure"])
    shape = point["what"].split()[0]
    yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{COLOURS[dtype]}"/>'
    yield text(x, y + (-8 if shape == "7B" else 16), shape, size=10, colour=COLOURS[dtype])


def draw(points):
    axes = Axes((6, 600), (8, 200))
    parts = list(grid(axes))
    for dtype in COLOURS:
        own = [point for point in points if f" {dtype}," in point["what"]]
        if own:
            parts += roof(axes, own, dtype)
            for point in own:
                parts += mark(axes, point, dtype)
    body = "\n".join(parts)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}">\n'
            f'<rect width="100%" height="100%" fill="white"/>\n{body}\n</svg>\n')


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        lines = [json.loads(row) for row in file]
    points = [row for row in lines if "operations_per_byte" in row and "floor" not in row["what"]]
    if not points:
        sys.exit(f"{sys.argv[1]}: holds no line of the row phase; write some with `scripts/bench.sh --json FILE row_phase`")
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        file.write(draw(points))


if __name__ == "__main__":
    main()
