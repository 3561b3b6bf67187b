"""How colours are seen: their contrast, and how far apart they are for people who do not see all of them."""

from __future__ import annotations

import math
from collections.abc import Mapping

Vector = tuple[float, float, float]
Matrix = tuple[Vector, Vector, Vector]

SEEN: Mapping[str, Matrix] = {
    "all colours": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""What becomes of linear RGB. Source: Machado, Oliveira, Fernandes, "A Physiologically-based Model for
Simulation of Color Vision Deficiency" (IEEE TVCG 15(6), 2009, doi 10.1109/TVCG.2009.113), severity 1.0."""

_TO_CONES: Matrix = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_TO_LAB: Matrix = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
"""Both: Björn Ottosson, "A perceptual color space for image processing" (Oklab), 2020."""


def contrast(one: str, other: str) -> float:
    """How well two colours can be told apart by their lightness, from 1 to 21.

    Source: WCAG 2.2, "contrast ratio" and "relative luminance"; text wants 4.5, marks 3.
    """
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def distance(one: str, other: str, seen: Matrix) -> float:
    """How far apart two colours are in Oklab for somebody who sees like this; black and white are 1 apart."""
    return math.dist(_lab(_times(seen, _linear(one))), _lab(_times(seen, _linear(other))))


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(colour: str) -> Vector:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _linear_part(red), _linear_part(green), _linear_part(blue)


def _linear_part(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _lab(colour: Vector) -> Vector:
    inside = tuple(min(1.0, max(0.0, part)) for part in colour)
    long, medium, short = (math.cbrt(part) for part in _times(_TO_CONES, (inside[0], inside[1], inside[2])))
    return _times(_TO_LAB, (long, medium, short))


def _times(matrix: Matrix, vector: Vector) -> Vector:
    first, second, third = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return first, second, third
