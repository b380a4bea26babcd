"""Writes figures in the Prometheus text format, version 0.0.4."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure, or one for each value of a label.

    Attributes:
        name: such as `claimline_jobs`; units stand at its end (`_seconds`).
        kind: "gauge" or "counter".
        help: what it is, on one line.
        label: the name of the label, empty when there is one figure only.
        values: the figures by the label's value, "" without a label.
    """

    name: str
    kind: str
    help: str
    values: Mapping[str, float]
    label: str = ""


def render(metrics: Iterable[Metric]) -> str:
    """The page a scraper reads."""
    return "".join(line for metric in metrics for line in _lines(metric))


def _lines(metric: Metric) -> Iterable[str]:
    said = metric.help.replace("\\", "\\\\").replace("\n", "\\n")
    yield f"# HELP {metric.name} {said}\n"
    yield f"# TYPE {metric.name} {metric.kind}\n"
    for value, figure in sorted(metric.values.items()):
        label = f'{{{metric.label}="{_escaped(value)}"}}' if metric.label else ""
        yield f"{metric.name}{label} {figure:.10g}\n"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
