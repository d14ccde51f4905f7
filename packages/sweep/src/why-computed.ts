/** Why a run is computed, or why not: what of its content differs from what the journal holds. */
import { canonical } from '@marginalia/core';
import type { AxisValue } from '@marginalia/theory';
import type { Cell } from './grid.js';
import type { Run } from './identity.js';
import type { Glance } from './journal/glance.js';
import type { FailureKind } from './journal/record.js';
import { glanceJournal, scanJournal } from './journal/scan.js';
import type { Plan } from './plan.js';

/** What a run's id is made of beside sweep, axes and replicate. */
export type HashField = 'code' | 'seed' | 'facts';

/**
 * `there`: measured. `failed`: tried, and tried again. `changed`: the same axes and replicate were measured under another
 * value of these fields, of which `earlier` holds what they were. `never`: no record has these axes and this replicate.
 */
export type Why =
  | { readonly kind: 'there' }
  | { readonly kind: 'failed'; readonly failure: FailureKind }
  | { readonly kind: 'changed'; readonly fields: readonly HashField[]; readonly earlier: Earlier }
  | { readonly kind: 'never' };

/** The record that comes nearest. */
export interface Earlier {
  readonly id: string;
  readonly code: string;
  readonly seed: string;
  readonly facts: Readonly<Record<string, string>>;
}

export interface CellReasons {
  readonly axes: Cell;
  readonly runs: readonly { readonly run: Run; readonly why: Why }[];
  /** Where no replicate was ever run: the axes in which the nearest cell of the journal differs, with its values. */
  readonly nearest: Readonly<Record<string, AxisValue | undefined>> | undefined;
}

/** Cell by cell in plan order; writes nothing. Throws BadInput: see `scanJournal`. */
export function whyComputed(plan: Plan, out: string): readonly CellReasons[] {
  const asked = new Map<string, Glance[]>();
  for (const { axes } of plan.runs) asked.set(canonical(axes), []);
  const recorded = new Set<string>();
  glanceJournal(out, plan.sweep, (glance) => {
    recorded.add(glance.axes);
    asked.get(glance.axes)?.push(glance);
  });
  const factsOf = readFacts(plan, out, [...asked.values()].flat());
  const cells = new Map<Cell, { run: Run; why: Why }[]>();
  for (const run of plan.runs) {
    const known = (asked.get(canonical(run.axes)) ?? []).filter(
      ({ replicate }) => replicate === run.replicate,
    );
    const cell = cells.get(run.axes) ?? [];
    cells.set(run.axes, cell);
    cell.push({ run, why: whyOf(run, plan, known, factsOf) });
  }
  return [...cells].map(([axes, runs]) => ({
    axes,
    runs,
    nearest: asked.get(canonical(axes))?.length === 0 ? nearestTo(axes, recorded) : undefined,
  }));
}

function whyOf(
  run: Run,
  { code, seed }: Plan,
  known: readonly Glance[],
  factsOf: ReadonlyMap<string, Earlier['facts']>,
): Why {
  const own = known.filter(({ id }) => id === run.id);
  if (own.some(({ ended }) => ended === 'measured')) return { kind: 'there' };
  const failure = own.at(-1)?.ended;
  if (failure !== undefined && failure !== 'measured') return { kind: 'failed', failure };
  const others = known
    .filter(({ ended }) => ended === 'measured')
    .map((glance) => {
      const facts = factsOf.get(glance.id) ?? {};
      const fields = (
        [
          ['code', glance.code !== code],
          ['seed', glance.seed !== seed],
          ['facts', canonical(facts) !== canonical(run.facts ?? {})],
        ] as const
      ).flatMap(([field, differs]) => (differs ? [field] : []));
      return { fields, earlier: { id: glance.id, code: glance.code, seed: glance.seed, facts } };
    });
  // The latest of those that differ least.
  const nearest = others.reduceRight<(typeof others)[number] | undefined>(
    (best, one) => (best && best.fields.length <= one.fields.length ? best : one),
    undefined,
  );
  return nearest ? { kind: 'changed', ...nearest } : { kind: 'never' };
}

/** The environment facts of the measured runs that are none of the plan's, by id: all that a glance does not say. */
function readFacts(
  plan: Plan,
  out: string,
  glances: readonly Glance[],
): ReadonlyMap<string, Earlier['facts']> {
  const planned = new Set(plan.runs.map(({ id }) => id));
  const wanted = new Set(
    glances.filter(({ id, ended }) => ended === 'measured' && !planned.has(id)).map(({ id }) => id),
  );
  const facts = new Map<string, Earlier['facts']>();
  if (wanted.size > 0) {
    scanJournal(out, plan.sweep, (record) => {
      if (wanted.has(record.id)) facts.set(record.id, record.facts ?? {});
    });
  }
  return facts;
}

function nearestTo(axes: Cell, recorded: ReadonlySet<string>): CellReasons['nearest'] {
  let best: Readonly<Record<string, AxisValue | undefined>> | undefined;
  for (const text of recorded) {
    const other = JSON.parse(text) as Cell;
    const differing = [...new Set([...Object.keys(axes), ...Object.keys(other)])].filter(
      (name) => axes[name] !== other[name],
    );
    if (best === undefined || differing.length < Object.keys(best).length)
      best = Object.fromEntries(differing.map((name) => [name, other[name]]));
  }
  return best;
}
