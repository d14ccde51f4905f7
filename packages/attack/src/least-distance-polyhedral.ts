/**
 * The ℓ∞- or ℓ1-nearest point to the origin in an intersection of half-spaces ⟨n, δ⟩ ≥ b, by linear programming with
 * HiGHS. With δ = x/τ: maximise τ subject to ⟨n, x⟩ ≥ b τ and ‖x‖ ≤ 1, one row a half-space, so that a new one is one
 * more row for the dual simplex. In ℓ∞ the ball is a bound on each coordinate; in ℓ1 x = u − v with u, v ≥ 0 and
 * Σ u + Σ v ≤ 1. The distance reported is not the solver's: it is Σ α b / ‖Σ α n‖_* at the solver's multipliers α ≥ 0,
 * a lower bound by weak duality whatever the solver's tolerances, less what rounding of the two sums can add to it.
 * Offsets are divided by the first one, so that τ is of the order of one in any units.
 */
import loadHighs, { type Highs, type Model } from 'highs';
import { l1, linf, type Ball } from './ball.js';
import type { NearestPoint } from './least-distance.js';

// Its types are written for CommonJS, where the loader is the default of the default; the ES module exports it straight.
const load = loadHighs as unknown as typeof loadHighs.default;

let loading: Promise<Highs> | undefined;

type Solver = (dimension: number) => NearestPoint;

/** Loads HiGHS once; then makes solvers without waiting. */
export const linfSolver = (): Promise<Solver> => solverOf(linf);
export const l1Solver = (): Promise<Solver> => solverOf(l1);

async function solverOf(ball: Ball): Promise<Solver> {
  loading ??= load();
  const highs = await loading;
  // One program at a time is the rule: its columns are kept for the next, its rows and its basis are not.
  let spare: Program | undefined;
  return (dimension) => {
    const kept = spare;
    spare = undefined;
    if (kept && kept.dimension !== dimension) kept.model.dispose();
    const program = kept?.dimension === dimension ? kept : programOf(highs, ball, dimension);
    return new PolyhedralNearest(program, ball, highs.constants.modelStatus.optimal, () => {
      if (spare) {
        program.model.dispose();
        return;
      }
      const { numRows } = program.model.getDimensions();
      if (numRows > program.firstRow) {
        program.model.deleteRows({ kind: 'range', from: program.firstRow, to: numRows - 1 });
      }
      program.model.clearSolver();
      spare = program;
    });
  };
}

/** The part of a linear program that the half-spaces do not change. */
interface Program {
  readonly dimension: number;
  readonly model: Model & { dispose: () => void };
  /** Rows that belong to the ball. */
  readonly firstRow: number;
  /** All columns, the last one τ. */
  readonly indices: Int32Array;
}

/** Tolerances of the simplex, the tightest that HiGHS takes. */
const simplexTolerance = 1e-10;
/** The smallest coefficient that HiGHS does not take for zero, the least that can be asked for. */
const smallestCoefficient = 1e-12;

function programOf(highs: Highs, ball: Ball, dimension: number): Program {
  const split = ball.name === 'l1';
  const columns = (split ? 2 * dimension : dimension) + 1;
  const last = (inside: number, tau: number): Float64Array => {
    const values = new Float64Array(columns).fill(inside);
    values[columns - 1] = tau;
    return values;
  };
  const indices = Int32Array.from({ length: columns }, (_, l) => l);
  const model = highs.createModel({
    numCols: columns,
    numRows: 0,
    sense: highs.constants.objectiveSense.maximize,
    colCost: last(0, 1),
    colLower: last(split ? 0 : -1, 0),
    colUpper: last(1, Infinity),
    rowLower: [],
    rowUpper: [],
    matrix: { format: 'csr', numRows: 0, numCols: columns, starts: [0], indices: [], values: [] },
  });
  model.options.set({
    output_flag: false,
    primal_feasibility_tolerance: simplexTolerance,
    dual_feasibility_tolerance: simplexTolerance,
    small_matrix_value: smallestCoefficient,
  });
  if (split) model.addRow(-Infinity, 1, { indices, values: last(1, 0) });
  return { dimension, model, firstRow: split ? 1 : 0, indices };
}

class PolyhedralNearest implements NearestPoint {
  readonly point: Float64Array;
  distance = 0;
  readonly end: () => void;
  readonly #program: Program;
  readonly #ball: Ball;
  readonly #optimal: number;
  readonly #rows: { readonly normal: Float64Array; readonly offset: number }[] = [];
  #unit = 1;

  constructor(program: Program, ball: Ball, optimal: number, end: () => void) {
    this.point = new Float64Array(program.dimension);
    this.end = end;
    this.#program = program;
    this.#ball = ball;
    this.#optimal = optimal;
  }

  add(normal: Float64Array, offset: number): boolean {
    const { model, indices, firstRow } = this.#program;
    const dimension = normal.length;
    const size = this.#ball.dual(normal);
    if (size === 0) {
      if (offset > 0) this.distance = Infinity;
      return offset <= 0;
    }
    const row = { normal: normal.map((value) => value / size), offset: offset / size };
    if (this.#rows.length === 0 && row.offset !== 0) this.#unit = Math.abs(row.offset);
    this.#rows.push(row);
    const values = new Float64Array(indices.length);
    values.set(row.normal);
    if (indices.length > dimension + 1) {
      for (let l = 0; l < dimension; l++) values[dimension + l] = -row.normal[l]!;
    }
    values[indices.length - 1] = -row.offset / this.#unit;
    model.addRow(0, Infinity, { indices, values });
    if (model.run().modelStatus !== this.#optimal) return false;

    const { colValue, rowDual } = model.getSolution();
    this.#raise(rowDual.subarray(firstRow));
    const tau = colValue[indices.length - 1]!;
    if (!(tau > 0)) return false;
    for (let l = 0; l < dimension; l++) {
      const other = indices.length > dimension + 1 ? colValue[dimension + l]! : 0;
      this.point[l] = (this.#unit * (colValue[l]! - other)) / tau;
    }
    return true;
  }

  /** Weak duality: all points of the half-spaces have Σ α b ≤ ⟨Σ α n, δ⟩ ≤ ‖Σ α n‖_* ‖δ‖. */
  #raise(multipliers: ArrayLike<number>): void {
    const sum = new Float64Array(this.point.length);
    let reach = 0;
    let gross = 0;
    let weight = 0;
    this.#rows.forEach(({ normal, offset }, i) => {
      const multiplier = Math.abs(multipliers[i]!);
      weight += multiplier;
      reach += multiplier * offset;
      gross += multiplier * Math.abs(offset);
      for (let l = 0; l < sum.length; l++) sum[l]! += multiplier * normal[l]!;
    });
    // One unit roundoff a product, a sum, a division by the norm and a coordinate of it; normals have dual norm one.
    const unit = (this.#rows.length + sum.length + 8) * 2 ** -53;
    const bound = (reach - unit * gross) / (this.#ball.dual(sum) + unit * weight);
    if (bound > this.distance) this.distance = bound;
  }
}
