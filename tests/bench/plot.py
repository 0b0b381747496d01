"""A line chart as SVG, by hand: one file, no library."""
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 64, 120, 36, 48
COLOURS = ("#b02418", "#1f5f99", "#3b7d2a", "#8a5a00", "#6b3fa0")


def ticks(most):
    """Round steps from 0 to a little above the most."""
    step = 1
    while most / step > 8:
        step *= 2.5 if str(step)[0] == "2" else 2
    n = int(most / step) + 1
    return [step * i for i in range(n + 1)]


def number(x):
    return f"{x:,.0f}" if x == int(x) else f"{x:g}"


class Chart:
    def __init__(self, title, x_title, y_title, xs, most):
        """xs: the points of the x axis, which stand at equal distances."""
        self.xs, self.ticks = xs, ticks(most)
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            f'width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="12">',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
            self.text(WIDTH / 2, 20, title, "middle", 'font-size="14" font-weight="bold"'),
            self.text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, x_title, "middle"),
            self.text(14, HEIGHT / 2, y_title, "middle",
                      f'transform="rotate(-90 14 {HEIGHT / 2})"')]
        for value in self.ticks:
            y = self.y(value)
            self.parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" '
                              f'y2="{y:.1f}" stroke="#ddd"/>')
            self.parts.append(self.text(LEFT - 6, y + 4, number(value), "end"))
        for x in xs:
            self.parts.append(self.text(self.x(x), HEIGHT - BOTTOM + 18, number(x), "middle"))
        self.count = 0

    @staticmethod
    def text(x, y, words, anchor, more=""):
        return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {more}>'
                f'{escape(words)}</text>')

    def x(self, value):
        return LEFT + (WIDTH - LEFT - RIGHT) * (self.xs.index(value) + 0.5) / len(self.xs)

    def y(self, value):
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / self.ticks[-1]

    def line(self, name, points):
        """points: [(x, lowest, median, highest)]."""
        colour = COLOURS[self.count % len(COLOURS)]
        self.count += 1
        path = " ".join(f"{self.x(x):.1f},{self.y(m):.1f}" for x, _, m, _ in points)
        self.parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" '
                          'stroke-width="2"/>')
        for x, low, median, high in points:
            self.parts.append(f'<line x1="{self.x(x):.1f}" x2="{self.x(x):.1f}" '
                              f'y1="{self.y(low):.1f}" y2="{self.y(high):.1f}" '
                              f'stroke="{colour}"/>')
            self.parts.append(f'<circle cx="{self.x(x):.1f}" cy="{self.y(median):.1f}" r="3" '
                              f'fill="{colour}"/>')
        y = TOP + 16 * self.count
        self.parts.append(f'<line x1="{WIDTH - RIGHT + 10}" x2="{WIDTH - RIGHT + 30}" '
                          f'y1="{y - 4}" y2="{y - 4}" stroke="{colour}" stroke-width="2"/>')
        self.parts.append(self.text(WIDTH - RIGHT + 36, y, name, "start"))

    def svg(self):
        return "\n".join([*self.parts, "</svg>", ""])
