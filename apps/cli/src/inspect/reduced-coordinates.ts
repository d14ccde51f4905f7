/** The dump of a run that was drawn in law stands in rotated coordinates: what is not the ℓ2 norm means nothing there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BadInput } from '@marginalia/core';

interface Axes {
  readonly sampling?: unknown;
  readonly dimension?: unknown;
}

/** Axes of the run that was dumped here, where it was drawn in law; undefined of any other net. */
function lawOf(folder: string): Axes | undefined {
  try {
    const run = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as { readonly axes?: Axes } | null;
    return run?.axes?.sampling === 'law' ? run.axes : undefined;
  } catch {
    // No run of ours, or none that can be read: the arrays are taken at their word.
    return undefined;
  }
}

/** d of the space that a net's coordinates stand for: more than `columns` where `run.json` beside it says so. */
export function ambientOf(folder: string, columns: number): number {
  const dimension = lawOf(folder)?.dimension;
  return Number.isSafeInteger(dimension) ? Math.max(columns, dimension as number) : columns;
}

/** Throws BadInput where `run.json` beside the net says that it was drawn in law. */
export function refuseReducedCoordinates(folder: string, norm: string): void {
  if (!lawOf(folder)) return;
  throw new BadInput({
    expected: `a net in the coordinates of its data for --norm ${norm}`,
    got: `${folder}, a run drawn in law: exact for rotations of R^d alone`,
    try: '--norm l2, or a run of --set sampling=explicit',
  });
}
