"""The map of sites: outlines of countries as SVG paths and places on them, pure functions on plain data.

Outlines come from `followup/atlas/` (world-atlas, drawn from Natural Earth), a TopoJSON file: borders are
arcs of integer steps, shared by neighbours (https://github.com/topojson/topojson-specification). The
projection is equirectangular, true at the middle latitude: enough for a country, nothing to compute for a
reader. No tile server and no script.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

ATLAS = Path(__file__).parent / "atlas" / "countries-50m.json"
WIDTH = 900
MARGIN_DEGREES = 0.6
SMALLEST_SPAN_DEGREES = 3.0
LABEL = 38.0
"""Height of a label in units of the picture where it is largest: on a phone (static/css/agenda.css)."""
LABEL_GAP = 5.0
Point = tuple[float, float]
Ring = list[Point]


class Box(NamedTuple):
    """A part of the world in degrees."""

    west: float
    south: float
    east: float
    north: float

    def meets(self, other: "Box") -> bool:
        """Whether two boxes have something in common."""
        return (
            self.west <= other.east
            and other.west <= self.east
            and self.south <= other.north
            and other.south <= self.north
        )


class Frame(NamedTuple):
    """A box as a picture: width and height in units of the SVG."""

    box: Box
    width: float
    height: float

    def place(self, longitude: float, latitude: float) -> Point:
        """Return where a point of the earth lies in the picture."""
        box = self.box
        x = (longitude - box.west) / (box.east - box.west) * self.width
        y = (box.north - latitude) / (box.north - box.south) * self.height
        return x, y


def box_around(points: Iterable[Point]) -> Box:
    """Return the box around points (longitude, latitude), with a margin and never smaller than a region."""
    found = list(points)
    west, east = min(x for x, _y in found), max(x for x, _y in found)
    south, north = min(y for _x, y in found), max(y for _x, y in found)
    wide = max(0.0, SMALLEST_SPAN_DEGREES - (east - west)) / 2 + MARGIN_DEGREES
    high = max(0.0, SMALLEST_SPAN_DEGREES - (north - south)) / 2 + MARGIN_DEGREES
    return Box(west - wide, max(-89.0, south - high), east + wide, min(89.0, north + high))


def frame_of(box: Box, width: float = WIDTH) -> Frame:
    """Return the picture of a box: a degree of longitude shrinks with the cosine of the latitude."""
    middle = math.radians((box.south + box.north) / 2)
    ratio = (box.north - box.south) / ((box.east - box.west) * math.cos(middle))
    return Frame(box, width, round(width * ratio, 1))


def arcs_of(topology: Mapping[str, Any]) -> list[Ring]:
    """Return the arcs of a topology in degrees: steps are added up, then scaled and moved."""
    (scale_x, scale_y), (move_x, move_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    found = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((x * scale_x + move_x, y * scale_y + move_y))
        found.append(points)
    return found


def ring_of(indexes: Sequence[int], arcs: Sequence[Ring]) -> Ring:
    """Return one ring from its arcs; a negative index is an arc read backwards (its complement)."""
    ring: Ring = []
    for index in indexes:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring += arc[1:] if ring else arc
    return ring


def rings_of(geometry: Mapping[str, Any], arcs: Sequence[Ring]) -> list[Ring]:
    """Return all rings of a country."""
    polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry.get("arcs", [])
    return [ring_of(indexes, arcs) for polygon in polygons for indexes in polygon]


def path_of(rings: Iterable[Ring], frame: Frame) -> str:
    """Return rings as the data of an SVG path, in tenths of a unit; points that coincide are left out."""
    parts = []
    for ring in rings:
        said: list[str] = []
        for longitude, latitude in ring:
            x, y = frame.place(longitude, latitude)
            point = f"{x:.1f} {y:.1f}"
            if not said or said[-1] != point:
                said.append(point)
        if len(said) > 2:
            parts.append(f"M{'L'.join(said)}Z")
    return "".join(parts)


@lru_cache(maxsize=1)
def _world() -> dict[int, list[Ring]]:
    topology = json.loads(ATLAS.read_text())
    arcs = arcs_of(topology)
    countries = topology["objects"]["countries"]["geometries"]
    return {int(one["id"]): rings_of(one, arcs) for one in countries if "id" in one}


def numeric_of(country: str) -> int | None:
    """Return the ISO 3166 number of a country of two letters, as the atlas names it."""
    import pycountry

    found = pycountry.countries.get(alpha_2=country)
    return int(found.numeric) if found is not None else None


class Outlines(NamedTuple):
    """What is drawn: the country itself, and what lies around it."""

    frame: Frame
    country: str
    around: str


@lru_cache(maxsize=32)
def outlines(country: str, places: tuple[Point, ...] = ()) -> Outlines | None:
    """Return the outlines of a country and its neighbours, in a picture that holds it and the places.

    country: two letters; places: (longitude, latitude) in degrees. None for a country that is not there.
    """
    number = numeric_of(country)
    world = _world()
    if number is None or number not in world:
        return None
    own = world[number]
    largest = max(own, key=len)
    box = box_around([*largest, *places])
    frame = frame_of(box)
    around = []
    for key, rings in world.items():
        if key != number:
            around += [ring for ring in rings if _box(ring).meets(box)]
    return Outlines(frame, path_of(own, frame), path_of(around, frame))


class Label(NamedTuple):
    """Where a name stands: the middle of its foot, or of its head when it stands below its mark."""

    x: float
    y: float
    is_below: bool


def labels(marks: Sequence[tuple[float, float, float, str]], frame: Frame) -> list[Label]:
    """Return a place for the name of each mark (x, y, radius, name): above it, else below, where no other
    name or mark is; inside the picture. Letters count six tenths of their height.
    """
    taken = [Box(x - radius, y - radius, x + radius, y + radius) for x, y, radius, _name in marks]
    found = []
    for number, (x, y, radius, name) in enumerate(marks):
        half = min(len(name) * LABEL * 0.3, frame.width / 2)
        middle = min(max(x, half), frame.width - half)
        above, below = y - radius - LABEL_GAP, y + radius + LABEL_GAP
        boxes = [
            Box(middle - half, above - LABEL, middle + half, above),
            Box(middle - half, below, middle + half, below + LABEL),
        ]
        others = [box for place, box in enumerate(taken) if place != number]
        free = [
            box.south >= 0 and box.north <= frame.height and not any(map(box.meets, others)) for box in boxes
        ]
        is_below = free[1] and not free[0]
        taken.append(boxes[is_below])
        found.append(Label(round(middle, 1), round(below if is_below else above, 1), is_below))
    return found


def _box(ring: Ring) -> Box:
    xs, ys = [x for x, _y in ring], [y for _x, y in ring]
    return Box(min(xs), min(ys), max(xs), max(ys))
