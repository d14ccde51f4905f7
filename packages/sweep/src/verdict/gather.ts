/** The findings of a sweep on one claim, sorted by how they turned out. */
import { BadInput } from '@marginalia/core';
import { type Claim, type Evidence, judge } from '@marginalia/theory';

export interface JudgedRun {
  readonly run: Evidence;
  readonly quantity: number;
  readonly bound: number;
  readonly slack: number;
}

export interface Findings {
  /** Runs that held or were violated; never a vacuous or an inconclusive one. */
  readonly judged: readonly JudgedRun[];
  readonly held: number;
  readonly violated: number;
  readonly vacuous: number;
  readonly inconclusive: number;
  /** Of the inconclusive runs those that measured what the claim reads, and did not come to a finite number. */
  readonly diverged: readonly Evidence[];
  /** Vacuous runs by the first assumption that each did not meet, in the claim's order; they sum to `vacuous`. */
  readonly unmetRuns: Readonly<Record<string, number>>;
  /** Why the first inconclusive run was. */
  readonly doubt: string | undefined;
}

/** Throws BadInput when a function of the claim throws: which claim, which function, and what it said. */
export function gather(claim: Claim, runs: readonly Evidence[]): Findings {
  const judged: JudgedRun[] = [];
  const unmetRuns = new Map<string, number>();
  let vacuous = 0;
  let inconclusive = 0;
  let doubt: string | undefined;
  const diverged: Evidence[] = [];
  const guarded = guard(claim);
  for (const run of runs) {
    const finding = judge(guarded, run);
    if (finding.kind === 'vacuous') {
      vacuous += 1;
      unmetRuns.set(finding.assumption, (unmetRuns.get(finding.assumption) ?? 0) + 1);
    } else if (finding.kind === 'inconclusive') {
      inconclusive += 1;
      doubt ??= finding.reason;
      if (readsNonFinite(claim, run)) diverged.push(run);
    } else {
      const { quantity, bound, slack } = finding;
      judged.push({ run, quantity, bound, slack });
    }
  }
  const held = judged.filter(({ slack }) => slack >= 0).length;
  return {
    judged,
    held,
    violated: judged.length - held,
    vacuous,
    inconclusive,
    diverged,
    unmetRuns: Object.fromEntries(
      claim.assumptions.flatMap(({ name }) => {
        const failing = unmetRuns.get(name);
        return failing === undefined ? [] : [[name, failing] as const];
      }),
    ),
    doubt,
  };
}

/** Whether a measurement that stands in the run, and that the claim reads, is not finite. */
function readsNonFinite(claim: Claim, run: Evidence): boolean {
  let found = false;
  const measurements = new Proxy(run.measurements, {
    get: (own, name) => {
      const value = typeof name === 'string' && Object.hasOwn(own, name) ? own[name] : undefined;
      const entries = typeof value === 'number' ? [value] : (value ?? []);
      if (!entries.every(Number.isFinite)) found = true;
      return value;
    },
  });
  claim.measure({ ...run, measurements });
  return found;
}

/** The claim, each of its functions saying whose it is when it throws. */
function guard(claim: Claim): Claim {
  const { id, assumptions, relation } = claim;
  const attempt = <Value>(what: string, act: () => Value): Value => {
    try {
      return act();
    } catch (cause) {
      const [message = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
      throw new BadInput({
        expected: `claim ${id} to judge every run`,
        got: `its ${what} threw: ${message}`,
      });
    }
  };
  return {
    ...claim,
    assumptions: assumptions.map((assumption) => ({
      ...assumption,
      check: (run) => attempt(`check of ${assumption.name}`, () => assumption.check(run)),
    })),
    measure: (run) => attempt('measure', () => claim.measure(run)),
    relation: {
      ...relation,
      slack: (quantity, bound) => attempt('slack', () => relation.slack(quantity, bound)),
    },
  };
}
