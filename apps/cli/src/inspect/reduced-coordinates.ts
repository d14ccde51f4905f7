/** The dump of a run that was drawn in law stands in rotated coordinates: what is not the ℓ2 norm means nothing there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BadInput } from '@marginalia/core';

/** Throws BadInput where `run.json` beside the net says that it was drawn in law. */
export function refuseReducedCoordinates(folder: string, norm: string): void {
  let run: { readonly axes?: { readonly sampling?: unknown } } | null;
  try {
    run = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as typeof run;
  } catch {
    // No run of ours, or none that can be read: the arrays are taken at their word.
    return;
  }
  if (run?.axes?.sampling !== 'law') return;
  throw new BadInput({
    expected: `a net in the coordinates of its data for --norm ${norm}`,
    got: `${folder}, a run drawn in law: exact for rotations of R^d alone`,
    try: '--norm l2, or a run of --set sampling=explicit',
  });
}
