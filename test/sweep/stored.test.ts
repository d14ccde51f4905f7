import { readdirSync, readlinkSync } from 'node:fs';
import { evidenceOf, storedEvidence } from '@marginalia/sweep';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Gate } from '../../packages/sweep/src/engine/gate.js';
import { scanJournal, scanJournalInSlices } from '../../packages/sweep/src/journal/scan.js';
import { JournalWriter } from '../../packages/sweep/src/journal/writer.js';
import { recordOf } from '../../packages/sweep/src/run.js';
import { folder, run, tinyPlan } from './tiny.js';

const measurement = fc.oneof(
  fc.double().map((x) => x + 0),
  fc.array(
    fc.double().map((x) => x + 0),
    { maxLength: 4 },
  ),
);
const measurements = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'mean'), measurement, {
  noNullPrototype: true,
});

describe('what is read back from the journal', () => {
  it('is what was measured, in plan order, whatever each run measured', () => {
    const asked = tinyPlan();
    return fc.assert(
      fc.asyncProperty(
        fc.array(fc.option(measurements), { minLength: asked.runs.length, maxLength: asked.runs.length }),
        async (all) => {
          const out = folder();
          const records = asked.runs.flatMap((one, at) => {
            const measured = all[at];
            return measured ? [recordOf(asked, one, { kind: 'measured', measurements: measured })] : [];
          });
          const writer = new JournalWriter(out);
          writer.append(records.toReversed());
          writer.close();
          const stored = await storedEvidence(asked, out);
          const plain = stored.map(({ id, axes, replicate, unit, measurements }) => ({
            id,
            axes,
            replicate,
            measurements,
            ...(unit === undefined ? {} : { unit }),
          }));
          expect(plain).toEqual(evidenceOf(records, asked));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('raises the determinism alarm where two records of one run differ', async () => {
    const out = folder();
    const asked = tinyPlan({ replicates: 1 });
    const [first] = asked.runs;
    if (!first) throw new Error('an empty plan');
    for (const mean of [1, 2]) {
      const writer = new JournalWriter(out);
      writer.append([recordOf(asked, first, { kind: 'measured', measurements: { mean } })]);
      writer.close();
    }
    await expect(storedEvidence(asked, out)).rejects.toThrow('a determinism alarm');
    await expect(run(asked, { out })).rejects.toThrow('a determinism alarm');
  });
});

describe('a journal that is read in slices', () => {
  const written = (): string => {
    const out = folder();
    const asked = tinyPlan({ set: { budget: '1' }, replicates: 2000 });
    const writer = new JournalWriter(out);
    const draws = Array.from({ length: 40 }, (_, i) => i / 7);
    writer.append(
      asked.runs.map((one) => recordOf(asked, one, { kind: 'measured', measurements: { draws } })),
    );
    writer.close();
    return out;
  };

  it('says what it says at once, and is given up by a signal with nothing left open', async () => {
    const out = written();
    const [atOnce, inSlices]: [string[], string[]] = [[], []];
    const scan = scanJournal(out, 'tiny', ({ id }) => atOnce.push(id));
    expect(await scanJournalInSlices(out, 'tiny', ({ id }) => inSlices.push(id))).toEqual(scan);
    expect(inSlices).toEqual(atOnce);

    const stop = new AbortController();
    let visited = 0;
    // A timer comes only if the reading lets it.
    setTimeout(() => stop.abort(new Error('stopped')), 0);
    const reading = scanJournalInSlices(out, 'tiny', () => (visited += 1), { signal: stop.signal });
    await expect(reading).rejects.toThrow('stopped');
    expect(visited).toBeLessThan(atOnce.length);
    if (process.platform === 'linux') expect(openFiles().filter((path) => path.startsWith(out))).toEqual([]);
  });
});

const openFiles = (): readonly string[] =>
  readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      return [readlinkSync(`/proc/self/fd/${descriptor}`)];
    } catch {
      return [];
    }
  });

describe('a gate', () => {
  it('lets many in together, or one alone, and nobody waits for ever', () =>
    fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.boolean(), { maxLength: 12 }),
        async (scheduler, alone) => {
          const gate = new Gate();
          let [inside, closed] = [0, false];
          const pass = (one: boolean): Promise<void> => {
            const act = async (): Promise<void> => {
              expect(closed || (one && inside > 0)).toBe(false);
              inside += 1;
              closed = one;
              await scheduler.schedule(Promise.resolve());
              inside -= 1;
              closed = false;
            };
            return one ? gate.alone(act) : gate.together(act);
          };
          const all = Promise.all(alone.map(pass));
          await scheduler.waitFor(all);
          expect(inside).toBe(0);
        },
      ),
    ));
});
