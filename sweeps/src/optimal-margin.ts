/**
 * The global maximum of the normalised margin over two-layer leaky nets of any width, on points of the plane, between proved
 * bounds. By balance max q_min/‖θ‖² = 1/(2V) with V = min Σ_k |c_k| s.t. y_l Σ_k c_k φ(⟨u_k, x_l⟩) ≥ 1 over unit vectors u_k: a
 * linear program over the directions of the circle (Rosset, Swirszcz, Srebro & Zhu 2007; Pilanci & Ergen 2020).
 *
 * Of a finite set of directions that holds every kink ±x_l^⊥: φ(⟨·, x_l⟩) is linear between neighbours u_1, u_2 at an angle δ, and
 * a unit u between them is αu_1 + βu_2 with α + β ≤ 1/cos(δ/2). So V ≤ V_grid ≤ V/cos(δ/2). V_grid is bounded from below
 * by the multipliers of the program, from above by its solution, whatever the solver's tolerances.
 */
import { l1Solver } from '@marginalia/attack';
import { dot, row, type Matrix } from '@marginalia/core';

/** Directions an eighth of the circle, evenly on a tangent: neighbours are at most 1/64 apart. */
const fineness = 64;

export interface OptimalMargin {
  /** max_θ q_min/‖θ‖² lies between. */
  readonly lower: number;
  readonly upper: number;
}

export async function optimalMargin(
  inputs: Matrix,
  labels: ArrayLike<number>,
  slope: number,
): Promise<OptimalMargin> {
  const directions: Float64Array[] = [];
  const unit = (a: number, b: number): Float64Array => {
    const size = Math.sqrt(a * a + b * b);
    return Float64Array.of(a / size, b / size);
  };
  for (let k = -fineness; k < fineness; k++) {
    const t = k / fineness;
    directions.push(unit(1, t), unit(-1, -t), unit(-t, 1), unit(t, -1));
  }
  for (let l = 0; l < inputs.rows; l++) {
    const [a, b] = row(inputs, l) as unknown as [number, number];
    directions.push(unit(-b, a), unit(b, -a));
  }
  // Half-spaces of the program: one a point.
  const effects = Array.from({ length: inputs.rows }, (_, l) =>
    Float64Array.from(directions, (u) => {
      const value = dot(u, row(inputs, l));
      return labels[l]! * (value > 0 ? value : slope * value);
    }),
  );
  const nearest = (await l1Solver())(directions.length);
  try {
    for (const effect of effects) {
      // A half-space that the point keeps is no cut.
      if (dot(effect, nearest.point) < 1) nearest.add(effect, 1);
    }
    // Those that later cuts have moved the point out of.
    for (let round = 0; round < 4 * inputs.rows; round++) {
      const broken = effects.find((effect) => dot(effect, nearest.point) < 1 - 1e-9);
      if (!broken) break;
      nearest.add(broken, 1);
    }
    const least = Math.min(...effects.map((effect) => dot(effect, nearest.point)));
    const weight = nearest.point.reduce((sum, value) => sum + Math.abs(value), 0);
    // cos(δ/2) ≥ 1 − δ²/8.
    const cut = 1 - 1 / (8 * fineness * fineness);
    return {
      lower: least > 0 ? least / (2 * weight) : 0,
      upper: 1 / (2 * nearest.distance * cut),
    };
  } finally {
    nearest.end();
  }
}
