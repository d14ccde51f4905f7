/** The memory of runs: what there is, what a sweep predicts, and what to lower where it does not fit. */
import { totalmem } from 'node:os';
import { BadInput } from '@marginalia/core';
import type { SweepDefinition } from './define-sweep.js';
import type { Cell } from './grid.js';
import type { Run } from './identity.js';

/** Bytes of the machine, or of the control group (a container, a batch job) where that is allowed less. */
export const machineMemory = (): number => Math.min(process.constrainedMemory() || Infinity, totalmem());

/** The rest is for the system, the main thread, and what predictions leave out. */
const share = 0.8;

/** Bytes that the runs at work may be predicted to take together. */
export const memoryForRuns = (): number => share * machineMemory();

/** The largest prediction among the runs of a plan. */
export interface LargestMemory {
  readonly bytes: number;
  readonly axes: Cell;
  /** The axes that make it so large: halving the first lowers it most. */
  readonly lower: readonly string[];
}

/** Predicted bytes of a run of this cell; undefined where the sweep predicts none. Throws BadInput for no number ≥ 0. */
export function memoryOf(definition: SweepDefinition, cell: Cell): number | undefined {
  const bytes = definition.memory?.(cell);
  if (bytes === undefined || bytes >= 0) return bytes;
  throw new BadInput({
    expected: `the memory of a run of ${definition.name} to be a number of bytes ≥ 0`,
    got: String(bytes),
  });
}

/** Undefined where no memory is predicted. */
export function largestMemory(
  definition: SweepDefinition,
  cells: readonly Cell[],
  memory: readonly (number | undefined)[],
): LargestMemory | undefined {
  let at = -1;
  memory.forEach((bytes, i) => {
    if (bytes !== undefined && bytes > (memory[at] ?? -1)) at = i;
  });
  const [axes, bytes] = [cells[at], memory[at]];
  return axes === undefined || bytes === undefined
    ? undefined
    : { bytes, axes, lower: whatLowers(definition, axes, bytes) };
}

/** An axis that saves less than this when it is halved is no remedy. */
const worthwhile = 0.05;

function whatLowers(definition: SweepDefinition, cell: Cell, bytes: number): readonly string[] {
  const saved = (name: string): number => {
    const value = cell[name];
    if (typeof value !== 'number') return 0;
    try {
      const halved = definition.axes[name]?.check(name, Math.floor(value / 2)) ?? value;
      return bytes - (definition.memory?.({ ...cell, [name]: halved }) ?? bytes);
    } catch {
      // A value that cannot be halved is no remedy either.
      return 0;
    }
  };
  return Object.keys(cell)
    .map((name) => ({ name, saving: saved(name) }))
    .filter(({ saving }) => saving > worthwhile * bytes)
    .sort((a, b) => b.saving - a.saving)
    .map(({ name }) => name);
}

/** Throws BadInput for a run that does not fit even alone: how much it needs, how much there is, what to lower. */
export function refuseTooLarge(
  sweep: string,
  pending: readonly Run[],
  largest: LargestMemory | undefined,
  room: number,
): void {
  const need = pending.reduce((most, { memory = 0 }) => Math.max(most, memory), 0);
  if (need <= room) return;
  const lower = largest?.lower.slice(0, 3) ?? [];
  throw new BadInput({
    expected: `every run of ${sweep} to fit into ${inWords(room)}, ${100 * share} % of the memory`,
    got: `one that needs ${inWords(need)}`,
    ...(lower.length === 0 ? {} : { try: `lowering ${lower.join(' or ')}` }),
  });
}

/** `640 MB`, `1.2 GB`: two digits, in powers of ten. */
export function inWords(bytes: number): string {
  const [size, unit] = bytes < 1e9 ? [bytes / 1e6, 'MB'] : [bytes / 1e9, 'GB'];
  return `${Number(size.toPrecision(size < 10 ? 2 : 3))} ${unit}`;
}
