/** Ordinary least squares with a standard error that survives unequal spread, and runs that share their random numbers. */

export interface Fit {
  readonly coefficients: readonly number[];
  /** Robust standard errors, clustered by unit; Infinity where a unit alone decides a coefficient. */
  readonly errors: readonly number[];
  /** Units minus the coefficients that only a comparison of units can tell. */
  readonly degrees: number;
}

type Rows = readonly (readonly number[])[];

/** β of y = X β; rows of X one a run. Undefined when the columns are not independent or rows do not outnumber them. */
export function coefficientsOf(rows: Rows, y: readonly number[]): readonly number[] | undefined {
  if (rows.length <= (rows[0]?.length ?? 0)) return undefined;
  return invert(gramOf(rows))?.map((line) => dot(line, momentOf(rows, y)));
}

/**
 * Fit y = X β and say how far chance may have moved β, where `units` lists the rows of each independent unit.
 * Undefined when the columns are not independent or units do not outnumber what they must tell apart.
 *
 * The jackknife that leaves one unit out (CR3, Bell & McCaffrey 2002): V = Σ_g (β₍g₎ − β)(β₍g₎ − β)ᵀ with
 * β₍g₎ − β = −(XᵀX − X_gᵀX_g)⁻¹ X_gᵀ e_g, e_g the residuals of unit g. Nothing is assumed of how the rows of a unit hang
 * together. Where a unit is a single row this is HC3 (MacKinnon & White 1985); the package README has the coverages.
 *
 * Degrees of freedom: a column that is the same in every unit's mean (the width, where each unit has every width) is
 * fitted within units and costs none.
 */
export function leastSquares(
  rows: Rows,
  y: readonly number[],
  units: readonly (readonly number[])[] = rows.map((_, r) => [r]),
): Fit | undefined {
  const width = rows[0]?.length ?? 0;
  const coefficients = coefficientsOf(rows, y);
  const degrees = units.length - betweenUnits(rows, units);
  if (!coefficients || degrees < 1) return undefined;
  const gram = gramOf(rows);
  const variances = coefficients.map(() => 0);
  for (const unit of units) {
    const own = unit.map((r) => rows[r] as readonly number[]);
    const residuals = unit.map((r) => at(y, r) - dot(rows[r] as readonly number[], coefficients));
    const ownGram = gramOf(own);
    const others = invert(gram.map((line, i) => line.map((value, j) => value - at(at2(ownGram, i), j))));
    const moment = momentOf(own, residuals);
    for (let i = 0; i < width; i++) {
      const shift = others ? dot(at2(others, i), moment) : Infinity;
      variances[i] = at(variances, i) + shift * shift;
    }
  }
  return { coefficients, errors: variances.map(Math.sqrt), degrees };
}

/** How many columns, the constant one included, differ between the means of the units by more than rounding. */
function betweenUnits(rows: Rows, units: readonly (readonly number[])[]): number {
  const columns = (rows[0] ?? []).map((_, i) =>
    units.map((unit) => unit.reduce((sum, r) => sum + at(rows[r] as readonly number[], i), 0) / unit.length),
  );
  return columns.filter((means, i) => {
    const size = means.reduce((most, mean) => Math.max(most, Math.abs(mean)), 0);
    return i === 0 || means.some((mean) => Math.abs(mean - at(means, 0)) > 1e-9 * size);
  }).length;
}

function gramOf(rows: Rows): number[][] {
  const width = rows[0]?.length ?? 0;
  const gram = Array.from({ length: width }, () => Array.from({ length: width }, () => 0));
  for (const row of rows) {
    for (let i = 0; i < width; i++) {
      const line = gram[i] as number[];
      for (let j = 0; j < width; j++) line[j] = at(line, j) + at(row, i) * at(row, j);
    }
  }
  return gram;
}

/** Xᵀ y. */
function momentOf(rows: Rows, y: readonly number[]): number[] {
  const moment = (rows[0] ?? []).map(() => 0);
  rows.forEach((row, r) => {
    for (let i = 0; i < row.length; i++) moment[i] = at(moment, i) + at(row, i) * at(y, r);
  });
  return moment;
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
