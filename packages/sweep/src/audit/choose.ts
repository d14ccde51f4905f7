/** Which runs an audit takes. */
import { hash } from 'node:crypto';
import { BadInput } from '@marginalia/core';

/** Hexadecimal digits of the hash that decide: more than a double can tell apart are of no use. */
const digits = 13;

/**
 * About the share of the ids, by hash alone: an id is chosen or not whatever others there are, so that a sweep that
 * grows is audited further and not anew, and another salt chooses independently. At least one where there is any.
 * Throws BadInput for a share outside (0, 1].
 */
export function chooseRuns(ids: Iterable<string>, share: number, salt: string): ReadonlySet<string> {
  if (!(share > 0 && share <= 1)) {
    throw new BadInput({
      expected: 'the share of runs to audit to be above 0 and at most 1',
      got: String(share),
    });
  }
  const chosen = new Set<string>();
  let least: { readonly id: string; readonly at: number } | undefined;
  for (const id of ids) {
    const at = Number.parseInt(hash('sha256', `${salt}\n${id}`).slice(0, digits), 16) / 16 ** digits;
    if (at < share) chosen.add(id);
    if (!least || at < least.at) least = { id, at };
  }
  if (least) chosen.add(least.id);
  return chosen;
}
