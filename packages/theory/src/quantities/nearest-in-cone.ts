/** The point of a finitely generated cone that is nearest to a target: non-negative least squares. */
import { cholesky, dot, matrix, norm, row, solveCholesky, type Matrix } from '@marginalia/core';

export interface NearestInCone {
  /** λ ≥ 0, one a generator. */
  readonly coefficients: Float64Array;
  /** ‖target − Σ λ_j g_j‖. */
  readonly distance: number;
}

/** Share of ‖target‖ below which a generator's pull on the residual counts for rounding. */
const negligible = 1e-10;

/**
 * min_{λ ≥ 0} ‖target − Σ_j λ_j g_j‖, `generators` k × P. Active set: Lawson & Hanson, "Solving Least Squares Problems"
 * (1974), chapter 23, on normal equations; generators that depend on those in use are left out while they do.
 */
export function nearestInCone(target: Float64Array, generators: Matrix): NearestInCone {
  const count = generators.rows;
  const sizes = Float64Array.from({ length: count }, (_, j) => norm(row(generators, j)));
  const coefficients = new Float64Array(count);
  const residual = target.slice();
  let used: number[] = [];
  const dependent = new Set<number>();
  const size = norm(target);
  // Each round lowers the distance or rules a generator out; the bound is for a loop that rounding would keep alive.
  for (let round = 0; round < 10 * (count + 1); round++) {
    let best = -1;
    let pull = negligible * size;
    for (let j = 0; j < count; j++) {
      if (!(sizes[j]! > 0) || used.includes(j) || dependent.has(j)) continue;
      const along = dot(row(generators, j), residual) / sizes[j]!;
      if (along > pull) [best, pull] = [j, along];
    }
    if (best < 0) break;
    const before = norm(residual);
    const kept = { used: [...used], coefficients: coefficients.slice() };
    used.push(best);
    for (;;) {
      const free = solve(target, generators, used, sizes);
      if (!free) break;
      // As far towards the free solution as the signs allow.
      let reach = 1;
      used.forEach((j, at) => {
        if (free[at]! <= 0) reach = Math.min(reach, coefficients[j]! / (coefficients[j]! - free[at]!));
      });
      used.forEach((j, at) => (coefficients[j]! += reach * (free[at]! - coefficients[j]!)));
      if (reach === 1) break;
      used = used.filter((j, at) => {
        const leaves = free[at]! <= 0 && coefficients[j]! <= 1e-14 * Math.abs(free[at]!);
        if (leaves) coefficients[j] = 0;
        return !leaves;
      });
    }
    refill(residual, target, generators, coefficients, used);
    if (norm(residual) < before) dependent.clear();
    else {
      used = kept.used;
      coefficients.set(kept.coefficients);
      refill(residual, target, generators, coefficients, used);
      dependent.add(best);
    }
  }
  return { coefficients, distance: norm(residual) };
}

function refill(
  residual: Float64Array,
  target: Float64Array,
  generators: Matrix,
  coefficients: Float64Array,
  used: readonly number[],
): void {
  residual.set(target);
  for (const j of used) {
    const g = row(generators, j);
    for (let l = 0; l < residual.length; l++) residual[l]! -= coefficients[j]! * g[l]!;
  }
}

/** The unconstrained least squares over `used`; undefined where they depend on each other. */
function solve(
  target: Float64Array,
  generators: Matrix,
  used: readonly number[],
  sizes: Float64Array,
): Float64Array | undefined {
  const products = matrix(used.length, used.length);
  const right = new Float64Array(used.length);
  used.forEach((j, a) => {
    right[a] = dot(row(generators, j), target) / sizes[j]!;
    used.forEach((k, b) => {
      products.data[a * used.length + b] =
        dot(row(generators, j), row(generators, k)) / (sizes[j]! * sizes[k]!);
    });
  });
  const factor = cholesky(products);
  if (!factor) return undefined;
  return solveCholesky(factor, right).map((value, a) => value / sizes[used[a]!]!);
}
