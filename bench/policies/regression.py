"""Least squares with a little ridge, in plain Python: the outcome model of a doubly robust estimate needs no more."""

from collections.abc import Sequence

RIDGE = 1e-3


def fit(rows: Sequence[Sequence[float]], targets: Sequence[float]) -> list[float]:
    """Return the coefficients that fit best; raise ValueError where there are no rows."""
    if not rows:
        raise ValueError("there is nothing to fit")
    width = len(rows[0])
    table = [[0.0] * (width + 1) for _ in range(width)]
    for row, target in zip(rows, targets, strict=True):
        for i, value in enumerate(row):
            if value:
                line = table[i]
                for j, other in enumerate(row):
                    line[j] += value * other
                line[width] += value * target
    for i in range(width):
        table[i][i] += RIDGE
    return _solved(table)


def predict(coefficients: Sequence[float], row: Sequence[float]) -> float:
    """Return the fitted value of a row."""
    return sum(coefficient * value for coefficient, value in zip(coefficients, row, strict=True))


def _solved(table: list[list[float]]) -> list[float]:
    """Solve by elimination with pivots; the ridge makes the table regular."""
    width = len(table)
    for column in range(width):
        pivot = max(range(column, width), key=lambda row: abs(table[row][column]))
        table[column], table[pivot] = table[pivot], table[column]
        for row in range(width):
            if row != column:
                factor = table[row][column] / table[column][column]
                if factor:
                    table[row] = [a - factor * b for a, b in zip(table[row], table[column], strict=True)]
    return [table[row][width] / table[row][row] for row in range(width)]
