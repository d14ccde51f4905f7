/** What a journal holds, as columns: a hundred thousand runs of fifty numbers are 60 MB, as objects ten times that. */
import { canonical } from '@marginalia/core';
import type { SweepKey } from '../identity.js';
import { refuseDifferent } from '../journal/latest.js';
import type { Failure, JournalRecord, Outcome } from '../journal/record.js';
import { type Place, type Scan, scanJournal } from '../journal/scan.js';
import { recordOf } from '../run.js';
import { MeasuredColumn } from './measured-column.js';

interface Row {
  readonly id: string;
  readonly axes: JournalRecord['axes'];
  readonly replicate: number;
  readonly facts: JournalRecord['facts'];
  readonly place: Place;
  readonly failure: Failure | undefined;
}

/** A row a run, in the order in which they came; a function of the set of records alone, up to that order. */
export class RunColumns {
  readonly #key: SweepKey;
  readonly #rows: Row[] = [];
  readonly #rowOf = new Map<string, number>();
  readonly measurements = new Map<string, MeasuredColumn>();

  constructor(key: SweepKey) {
    this.#key = key;
  }

  get rows(): readonly Row[] {
    return this.#rows;
  }

  /** A measured record stands before a failure, and of two failures the one that is spelled first, whichever came first. */
  take(record: JournalRecord, place: Place): void {
    const { id, axes, replicate, facts, outcome } = record;
    const at = this.#rowOf.get(id);
    const earlier = at === undefined ? undefined : this.#rows[at];
    if (at !== undefined && earlier && !earlier.failure) {
      if (outcome.kind === 'measured') refuseDifferent(this.record(at), earlier.place, record, place);
      return;
    }
    const failure = outcome.kind === 'failed' ? outcome.failure : undefined;
    if (failure && earlier?.failure && canonical(earlier.failure) <= canonical(failure)) return;
    const row = at ?? this.#rows.length;
    this.#rowOf.set(id, row);
    this.#rows[row] = { id, axes, replicate, facts, place, failure };
    if (outcome.kind === 'failed') return;
    for (const [name, value] of Object.entries(outcome.measurements)) {
      let column = this.measurements.get(name);
      if (!column) this.measurements.set(name, (column = new MeasuredColumn()));
      column.set(row, value);
    }
  }

  /** The record of a row, as it was taken. */
  record(row: number): JournalRecord {
    const { id, axes, replicate, facts } = this.#rows[row] as Row;
    const run = { id, axes, replicate, cost: 0, ...(facts === undefined ? {} : { facts }) };
    return recordOf(this.#key, run, this.#outcome(row));
  }

  #outcome(row: number): Outcome {
    const failure = this.#rows[row]?.failure;
    if (failure) return { kind: 'failed', failure };
    const measured = [...this.measurements].flatMap(([name, column]) => {
      const value = column.get(row);
      return value === undefined ? [] : [[name, value] as const];
    });
    return { kind: 'measured', measurements: Object.fromEntries(measured) };
  }
}

export interface ReadColumns extends Scan {
  readonly columns: RunColumns;
  /** Records of another code or seed than the key's. */
  readonly setAside: number;
}

/** Every run of a folder under one sweep, seed and code. Throws BadInput: see `scanJournal`; and a DeterminismAlarm. */
export function readColumns(out: string, key: SweepKey): ReadColumns {
  const columns = new RunColumns(key);
  let setAside = 0;
  const scan = scanJournal(out, key.sweep, (record, place) => {
    if (record.seed === key.seed && record.code === key.code) columns.take(record, place);
    else setAside += 1;
  });
  return { columns, setAside, ...scan };
}
