/** One run, in this process or thread: a setting and a random key in, an outcome out. */
import type { Measurements } from '@marginalia/theory';
import type { SweepDefinition } from './define-sweep.js';
import { type Run, type SweepKey, randomOf } from './identity.js';
import type { Failure, JournalRecord, Outcome } from './journal/record.js';

/** The run as a journal records it. Never rejects: a run that throws is a `failed` record. */
export async function performRun(
  definition: SweepDefinition,
  key: SweepKey,
  run: Run,
): Promise<JournalRecord> {
  return recordOf(key, run, await outcomeOf(definition, key, run));
}

export function recordOf(
  { sweep, seed, code }: SweepKey,
  { id, axes, replicate, facts }: Run,
  outcome: Outcome,
): JournalRecord {
  return { id, sweep, seed, code, axes, replicate, ...(facts === undefined ? {} : { facts }), outcome };
}

export async function outcomeOf(
  definition: SweepDefinition,
  key: Pick<SweepKey, 'sweep' | 'seed'>,
  run: Pick<Run, 'axes' | 'replicate'>,
): Promise<Outcome> {
  try {
    const measurements: unknown = await definition.run(run.axes, randomOf(definition, key, run));
    return { kind: 'measured', measurements: checked(measurements) };
  } catch (cause) {
    return { kind: 'failed', failure: failureOf(cause) };
  }
}

/** How V8 refuses arrays beyond what there is room for. A negative length is a mistake in the run, no want of memory. */
const noRoom = /^(Array buffer allocation failed|Invalid (typed )?array (buffer )?length(?!: -))/;

function failureOf(cause: unknown): Failure {
  const message = cause instanceof Error ? cause.message : String(cause);
  return cause instanceof RangeError && noRoom.test(message)
    ? { kind: 'out-of-memory', message: `${message}; lower the sizes of the run` }
    : { kind: 'threw', message };
}

/**
 * Numbers and lists of numbers alone, −0 as 0: what is measured now must equal what the journal gives back.
 * Throws TypeError for anything else.
 */
function checked(measured: unknown): Measurements {
  if (typeof measured !== 'object' || measured === null || Array.isArray(measured)) {
    throw new TypeError(
      'the run returned no measurements: expected an object of numbers and lists of numbers',
    );
  }
  return Object.fromEntries(Object.entries(measured).map(([name, value]) => [name, numeric(name, value)]));
}

function numeric(name: string, value: unknown): number | readonly number[] {
  if (typeof value === 'number') return value + 0;
  if (Array.isArray(value) && value.every((one): one is number => typeof one === 'number'))
    return value.map((one) => one + 0);
  throw new TypeError(`the run measured ${name} as neither a number nor a list of numbers`);
}
