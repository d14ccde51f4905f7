/** Running again, on purpose, a share of what is journaled, and comparing byte for byte. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BadInput, canonical } from '@marginalia/core';
import * as Effect from 'effect/Effect';
import { attempt } from '../attempt.js';
import type { SweepDefinition } from '../define-sweep.js';
import { execute, type ExecuteOptions } from '../execute.js';
import { keyingAxes, type Run, type SweepKey, unitOf } from '../identity.js';
import { differenceOf } from '../journal/difference.js';
import type { Glance } from '../journal/glance.js';
import { latestRecords } from '../journal/latest.js';
import { recordAt } from '../journal/record-at.js';
import type { Failure, JournalRecord } from '../journal/record.js';
import { refusal } from '../journal/refusal.js';
import { glanceJournal } from '../journal/scan.js';
import { largestMemory, memoryOf } from '../memory.js';
import type { Plan } from '../plan.js';
import { byText } from '../results.js';
import { chooseRuns } from './choose.js';

export interface AuditOptions extends Omit<ExecuteOptions, 'engine'> {
  /** Of the measured runs, in (0, 1]: see `chooseRuns`. */
  readonly share: number;
  /** Another one chooses other runs. */
  readonly salt: string;
  /** Only of these; of every run under the key when absent. */
  readonly among?: ReadonlySet<string>;
}

interface AuditedRun extends Pick<JournalRecord, 'axes' | 'replicate'> {
  readonly run: string;
  /** The journal file that holds its record. */
  readonly file: string;
}

export interface Audit {
  readonly share: number;
  readonly salt: string;
  /** Measured runs that could have been chosen. */
  readonly recorded: number;
  /** Runs that measured again now. */
  readonly audited: number;
  /** Chosen runs that another environment measured, which is not here to ask. */
  readonly elsewhere: number;
  /** Runs that measured other bytes: they are no function of their content. */
  readonly alarms: readonly (AuditedRun & { readonly difference: string })[];
  /** Runs that were measured then and died now: too little time or memory says nothing about bytes. */
  readonly failures: readonly (AuditedRun & Failure)[];
}

/**
 * In worker threads of this process, into a folder that is thrown away: nothing is added to the journal. On another
 * number of threads than before it compares these as well. Fails with BadInput as `execute` does.
 */
export const audit = (
  definition: SweepDefinition,
  key: SweepKey,
  options: AuditOptions,
): Effect.Effect<Audit, BadInput> =>
  Effect.gen(function* () {
    const { share, salt } = options;
    const { recorded, chosen } = yield* attempt(() => choose(key, options));
    const runs = chosen.flatMap(({ record }) => runOf(definition, record) ?? []);
    const performed =
      runs.length === 0
        ? []
        : yield* elsewhere((out) =>
            execute(planOf(definition, key, runs), { ...options, out }).pipe(
              Effect.andThen(attempt(() => [...latestRecords(out, key.sweep).records.values()])),
            ),
          );
    // In an order of their own, not that in which the workers ended.
    const again = performed.sort((a, b) => byText(a.id, b.id));
    const before = new Map(chosen.map((one) => [one.record.id, one]));
    const audited = ({ id, axes, replicate }: JournalRecord): AuditedRun => ({
      run: id,
      axes,
      replicate,
      file: before.get(id)?.file ?? '',
    });
    return {
      share,
      salt,
      recorded,
      audited: again.filter(({ outcome }) => outcome.kind === 'measured').length,
      elsewhere: chosen.length - runs.length,
      alarms: again.flatMap((record) => {
        const then = before.get(record.id)?.record.outcome;
        const difference =
          then && record.outcome.kind === 'measured' ? differenceOf(then, record.outcome) : undefined;
        return difference === undefined ? [] : [{ ...audited(record), difference }];
      }),
      failures: again.flatMap((record) =>
        record.outcome.kind === 'failed' ? [{ ...audited(record), ...record.outcome.failure }] : [],
      ),
    };
  });

interface Recorded {
  readonly record: JournalRecord;
  readonly file: string;
}

function choose(
  { sweep, seed, code }: SweepKey,
  { out, share, salt, among }: AuditOptions,
): { readonly recorded: number; readonly chosen: readonly Recorded[] } {
  const measured = new Map<string, Glance>();
  glanceJournal(out, sweep, (glance) => {
    if (glance.ended !== 'measured' || glance.seed !== seed || glance.code !== code) return;
    if (among?.has(glance.id) ?? true) measured.set(glance.id, glance);
  });
  const chosen = [...chooseRuns(measured.keys(), share, salt)].sort();
  return {
    recorded: measured.size,
    chosen: chosen.map((id) => {
      const glance = measured.get(id) as Glance;
      return { record: recordAt(glance), file: glance.path };
    }),
  };
}

/** Undefined where the environment of this machine would make another run of it. */
function runOf(definition: SweepDefinition, { id, axes, replicate, facts }: JournalRecord): Run | undefined {
  const here = definition.environment?.(axes).facts ?? {};
  if (canonical(here) !== canonical(facts ?? {})) return undefined;
  const memory = memoryOf(definition, axes);
  return {
    id,
    axes,
    replicate,
    ...(facts === undefined ? {} : { facts }),
    cost: definition.cost(axes),
    unit: unitOf(keyingAxes(definition), { axes, replicate }),
    ...(memory === undefined ? {} : { memory }),
  };
}

/** Of these runs and no others: what decides how they may be performed. */
function planOf(definition: SweepDefinition, key: SweepKey, runs: readonly Run[]): Plan {
  const cells = runs.map(({ axes }) => axes);
  const environments = cells.map((cell) => definition.environment?.(cell));
  const largest = largestMemory(
    definition,
    cells,
    runs.map(({ memory }) => memory),
  );
  return {
    sweep: key.sweep,
    seed: key.seed,
    code: key.code,
    preset: 'audit',
    set: {},
    axisNames: Object.keys(definition.axes),
    keyingAxes: keyingAxes(definition),
    replicates: runs.reduce((most, { replicate }) => Math.max(most, replicate + 1), 1),
    cells,
    runs,
    claims: [],
    headline: [],
    notes: [],
    maxThreads: environments.reduce((least, one) => Math.min(least, one?.maxThreads ?? Infinity), Infinity),
    ...(largest === undefined ? {} : { largest }),
  };
}

/** A folder of its own for as long as it takes. */
const elsewhere = <Value>(
  use: (out: string) => Effect.Effect<Value, BadInput>,
): Effect.Effect<Value, BadInput> =>
  Effect.acquireUseRelease(
    attempt(() => {
      try {
        return mkdtempSync(join(tmpdir(), 'marginalia-audit-'));
      } catch (cause) {
        throw refusal(cause, `a temporary folder below ${tmpdir()}`);
      }
    }),
    use,
    (out) => Effect.sync(() => rmSync(out, { recursive: true, force: true })),
  );
