/** The distinct records of several journals, by the bytes of their lines. */
import type { Glance } from '../journal/glance.js';
import { refuseDifferent } from '../journal/latest.js';
import { recordAt } from '../journal/record-at.js';
import { byText } from '../results.js';

interface Run {
  /** A measured record of it, once there is one. */
  measured: Glance | undefined;
  /** Checksums of the lines seen: one is one line. */
  readonly checks: Set<string>;
}

export class Lines {
  readonly #runs = new Map<string, Run>();
  readonly #missing: Glance[] = [];

  /** `there`: in the target already. Throws DeterminismAlarm when the run was measured otherwise before. */
  take(glance: Glance, there: boolean): void {
    let run = this.#runs.get(glance.id);
    if (!run) this.#runs.set(glance.id, (run = { measured: undefined, checks: new Set() }));
    if (run.checks.has(glance.check)) return;
    if (glance.ended === 'measured') {
      // Two spellings of one content are no alarm; both are kept.
      if (run.measured) refuseDifferent(recordAt(run.measured), run.measured, recordAt(glance), glance);
      run.measured ??= glance;
    }
    run.checks.add(glance.check);
    if (!there) this.#missing.push(glance);
  }

  /** What the target lacks, by run and by checksum. */
  missing(): readonly Glance[] {
    return this.#missing.sort((a, b) => byText(a.id, b.id) || byText(a.check, b.check));
  }

  ended(): { readonly measured: number; readonly failed: number } {
    const measured = [...this.#runs.values()].filter((run) => run.measured).length;
    return { measured, failed: this.#runs.size - measured };
  }
}
