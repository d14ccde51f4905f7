/** Ordinary least squares with a standard error that survives unequal spread. */

export interface Fit {
  readonly coefficients: readonly number[];
  /** Heteroscedasticity-robust (HC3) standard errors; Infinity where a row alone decides a coefficient. */
  readonly errors: readonly number[];
  /** Rows minus coefficients. */
  readonly degrees: number;
}

/**
 * Fit y = X β; rows of X one a run. Undefined when the columns are not independent or rows do not outnumber them.
 *
 * HC3 (MacKinnon & White 1985) and not HC1: residuals are divided by 1 − leverage, which keeps intervals from small
 * sweeps from being too narrow; the package README has the coverages.
 */
export function leastSquares(rows: readonly (readonly number[])[], y: readonly number[]): Fit | undefined {
  const width = rows[0]?.length ?? 0;
  const degrees = rows.length - width;
  if (width === 0 || degrees < 1) return undefined;
  const gram = Array.from({ length: width }, (_, i) =>
    Array.from({ length: width }, (_, j) => rows.reduce((sum, row) => sum + at(row, i) * at(row, j), 0)),
  );
  const inverse = invert(gram);
  if (!inverse) return undefined;
  const moment = Array.from({ length: width }, (_, i) =>
    rows.reduce((sum, row, r) => sum + at(row, i) * at(y, r), 0),
  );
  const coefficients = inverse.map((line) => dot(line, moment));
  const meat = Array.from({ length: width }, () => Array.from({ length: width }, () => 0));
  rows.forEach((row, r) => {
    const leverage = dot(
      row,
      inverse.map((line) => dot(line, row)),
    );
    // A row of leverage 1 is fitted exactly whatever it says: it has no residual to learn from.
    const residual = 1 - leverage < 1e-9 ? Infinity : (at(y, r) - dot(row, coefficients)) / (1 - leverage);
    for (let i = 0; i < width; i++) {
      for (let j = 0; j < width; j++)
        (meat[i] as number[])[j] = at(at2(meat, i), j) + residual * residual * at(row, i) * at(row, j);
    }
  });
  const errors = inverse.map((line) => {
    const variance = dot(
      line,
      meat.map((column) => dot(column, line)),
    );
    return Number.isFinite(variance) ? Math.sqrt(Math.max(0, variance)) : Infinity;
  });
  return { coefficients, errors, degrees };
}

const at = (list: readonly number[], i: number): number => list[i] as number;
const at2 = (list: readonly (readonly number[])[], i: number): readonly number[] =>
  list[i] as readonly number[];
const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * at(b, i), 0);

/** Gauss–Jordan with partial pivoting, of a symmetric matrix scaled to a unit diagonal; undefined when it is singular. */
function invert(matrix: readonly (readonly number[])[]): number[][] | undefined {
  const size = matrix.length;
  const scale = matrix.map((row, i) => 1 / Math.sqrt(at(row, i)));
  if (!scale.every(Number.isFinite)) return undefined;
  const work = matrix.map((row, i) => [
    ...row.map((value, j) => value * at(scale, i) * at(scale, j)),
    ...row.map((_, j) => (i === j ? 1 : 0)),
  ]);
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let i = column + 1; i < size; i++) {
      if (Math.abs(at(work[i] as number[], column)) > Math.abs(at(work[pivot] as number[], column)))
        pivot = i;
    }
    const chosen = work[pivot] as number[];
    // Unit diagonal: a pivot of rounding size means that the columns repeat one another.
    if (Math.abs(at(chosen, column)) < 1e-10) return undefined;
    work[pivot] = work[column] as number[];
    const reduced = chosen.map((value) => value / at(chosen, column));
    work[column] = reduced;
    for (let i = 0; i < size; i++) {
      if (i === column) continue;
      const factor = at(work[i] as number[], column);
      work[i] = (work[i] as number[]).map((value, j) => value - factor * at(reduced, j));
    }
  }
  return work.map((row, i) => row.slice(size).map((value, j) => value * at(scale, i) * at(scale, j)));
}
