/**
 * The ℓ∞-nearest point to the origin in an intersection of half-spaces ⟨n, δ⟩ ≥ b, by linear programming with HiGHS.
 * With δ = x/τ: maximise τ subject to ⟨n, x⟩ ≥ b τ and −1 ≤ x ≤ 1, one row a half-space, so that a new one is one more
 * row for the dual simplex. The distance reported is not the solver's: it is Σ α b / ‖Σ α n‖₁ at the solver's
 * multipliers α ≥ 0, a lower bound by weak duality whatever the solver's tolerances. Offsets are divided by the first
 * one, so that τ is of the order of one in any units.
 */
import loadHighs, { type Highs, type Model } from 'highs';
import { linf } from './ball.js';
import type { NearestPoint } from './least-distance.js';

// Its types are written for CommonJS, where the loader is the default of the default; the ES module exports it straight.
const load = loadHighs as unknown as typeof loadHighs.default;

let loading: Promise<Highs> | undefined;

/** Loads HiGHS once; then makes solvers without waiting. */
export async function linfSolver(): Promise<(dimension: number) => NearestPoint> {
  loading ??= load();
  const highs = await loading;
  return (dimension) => new LinfNearest(highs, dimension);
}

/** Tolerances of the simplex, the tightest that HiGHS takes. */
const simplexTolerance = 1e-10;

class LinfNearest implements NearestPoint {
  readonly point: Float64Array;
  distance = 0;
  readonly #model: Model & { dispose: () => void };
  readonly #rows: { readonly normal: Float64Array; readonly offset: number }[] = [];
  readonly #indices: Int32Array;
  readonly #optimal: number;
  #unit = 1;

  constructor(highs: Highs, dimension: number) {
    this.point = new Float64Array(dimension);
    this.#indices = Int32Array.from({ length: dimension + 1 }, (_, l) => l);
    this.#optimal = highs.constants.modelStatus.optimal;
    const last = (inside: number, tau: number): Float64Array =>
      Float64Array.from({ length: dimension + 1 }, (_, l) => (l < dimension ? inside : tau));
    this.#model = highs.createModel({
      numCols: dimension + 1,
      numRows: 0,
      sense: highs.constants.objectiveSense.maximize,
      colCost: last(0, 1),
      colLower: last(-1, 0),
      colUpper: last(1, Infinity),
      rowLower: [],
      rowUpper: [],
      matrix: { format: 'csr', numRows: 0, numCols: dimension + 1, starts: [0], indices: [], values: [] },
    });
    this.#model.options.set({
      output_flag: false,
      primal_feasibility_tolerance: simplexTolerance,
      dual_feasibility_tolerance: simplexTolerance,
    });
  }

  add(normal: Float64Array, offset: number): boolean {
    const size = linf.dual(normal);
    if (size === 0) {
      if (offset > 0) this.distance = Infinity;
      return offset <= 0;
    }
    const row = { normal: normal.map((value) => value / size), offset: offset / size };
    if (this.#rows.length === 0 && row.offset !== 0) this.#unit = Math.abs(row.offset);
    this.#rows.push(row);
    const values = new Float64Array(row.normal.length + 1);
    values.set(row.normal);
    values[row.normal.length] = -row.offset / this.#unit;
    this.#model.addRow(0, Infinity, { indices: this.#indices, values });
    if (this.#model.run().modelStatus !== this.#optimal) return false;

    const { colValue, rowDual } = this.#model.getSolution();
    const tau = colValue[this.point.length]!;
    const sum = new Float64Array(this.point.length);
    let reach = 0;
    this.#rows.forEach((one, i) => {
      const multiplier = Math.abs(rowDual[i]!);
      reach += multiplier * one.offset;
      for (let l = 0; l < sum.length; l++) sum[l]! += multiplier * one.normal[l]!;
    });
    const bound = reach / linf.dual(sum);
    if (bound > this.distance) this.distance = bound;
    if (!(tau > 0)) return false;
    for (let l = 0; l < this.point.length; l++) this.point[l] = (this.#unit * colValue[l]!) / tau;
    return true;
  }

  end(): void {
    this.#model.dispose();
  }
}
