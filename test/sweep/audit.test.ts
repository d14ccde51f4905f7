/** Runs performed again on purpose. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { audit, type Audit, type AuditOptions, loadSweep, plan, type Plan } from '@marginalia/sweep';
import * as Effect from 'effect/Effect';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { chooseRuns } from '../../packages/sweep/src/audit/choose.js';
import { folder, journalNames, lines, run } from './tiny.js';

const reference = {
  module: fileURLToPath(new URL('./fixtures/drifting.js', import.meta.url)),
  spelled: 'drifting',
};
const drifting = await loadSweep(reference);

const asked = (reads: string): Plan => plan(drifting, { code: 'test', set: { reads } });

const audited = (of: Plan, out: string, options: Partial<AuditOptions> = {}): Promise<Audit> =>
  Effect.runPromise(audit(drifting, of, { reference, out, threads: 2, share: 1, salt: '1', ...options }));

afterEach(() => {
  delete process.env['DRIFT'];
  delete process.env['DRIFT_FACT'];
});

describe('the choice of an audit', () => {
  const ids = Array.from({ length: 4000 }, (_, at) => `run ${at}`);

  it('is about the share, by the id alone, and another by another salt', () => {
    for (const share of [0.05, 0.3]) {
      const [one, other] = ['1', '2'].map((salt) => chooseRuns(ids, share, salt)) as [
        ReadonlySet<string>,
        ReadonlySet<string>,
      ];
      // Binomial: four standard deviations.
      const slack = 4 * Math.sqrt(4000 * share * (1 - share));
      expect(Math.abs(one.size - 4000 * share)).toBeLessThan(slack);
      const both = [...one].filter((id) => other.has(id)).length;
      expect(Math.abs(both - 4000 * share * share)).toBeLessThan(4 * Math.sqrt(4000) * share);
      // A run is chosen or not, whatever others there are: but for the one that is taken where there is none.
      const few = chooseRuns(ids.slice(0, 500), share, '1');
      expect([...few]).toEqual([...one].filter((id) => ids.indexOf(id) < 500));
    }
  });

  it('is everything at 100 %, and one run at least', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string(), { minLength: 1 }),
        fc.double({ min: 0, max: 1, minExcluded: true, noNaN: true }),
        (some, share) => {
          expect(chooseRuns(some, 1, 'x').size).toBe(some.length);
          expect(chooseRuns(some, share, 'x').size).toBeGreaterThanOrEqual(1);
        },
      ),
    );
    expect(chooseRuns([], 0.5, 'x').size).toBe(0);
    for (const share of [0, -1, 1.01, Number.NaN])
      expect(() => chooseRuns(['a'], share, 'x')).toThrow('above 0');
  });
});

describe('an audit', () => {
  it('finds the same bytes again, on another number of threads, and leaves the journal as it is', async () => {
    const [of, out] = [asked('its key'), folder()];
    await run(of, { out, reference, threads: 1 });
    const before = [journalNames(out), lines(out), readFileSync(join(out, 'sweep.json'), 'utf8')];
    expect(await audited(of, out)).toEqual({
      share: 1,
      salt: '1',
      recorded: 20,
      audited: 20,
      elsewhere: 0,
      alarms: [],
      failures: [],
    });
    expect((await audited(of, out, { share: 0.3 })).audited).toBeLessThan(20);
    expect([journalNames(out), lines(out), readFileSync(join(out, 'sweep.json'), 'utf8')]).toEqual(before);
  });

  it('raises an alarm for each run that read what it should not, with both values', async () => {
    const [of, out] = [asked('its key,the environment'), folder()];
    await run(of, { out, reference });
    process.env['DRIFT'] = '0.5';
    const { alarms, failures, audited: again } = await audited(of, out);
    expect([again, failures.length, alarms.length]).toEqual([40, 0, 20]);
    expect(new Set(alarms.map(({ difference }) => difference))).toEqual(new Set(['drift was 0, is 0.5']));
    expect(
      alarms.every(({ axes, file }) => axes['reads'] === 'the environment' && file.endsWith('0001.jsonl')),
    ).toBe(true);
    const among = new Set(of.runs.filter(({ axes }) => axes['reads'] === 'its key').map(({ id }) => id));
    expect(await audited(of, out, { among })).toMatchObject({ recorded: 20, audited: 20, alarms: [] });
  });

  it('finds what a run leaves behind in its worker', async () => {
    const [of, out] = [asked('its worker'), folder()];
    await run(of, { out, reference, threads: 1 });
    expect(
      (await audited(of, out, { share: 0.4, threads: 1 })).alarms.map(({ difference }) => difference),
    ).toContainEqual(expect.stringMatching(/^calls was \d+, is \d+$/));
  });

  it('tells a run that dies now from one that measures other bytes', async () => {
    const [of, out] = [asked('nothing and dies'), folder()];
    await run(of, { out, reference });
    process.env['DRIFT'] = '1';
    const { alarms, failures, audited: again } = await audited(of, out);
    expect([again, alarms.length, failures.length]).toEqual([0, 0, 20]);
    expect(failures[0]).toMatchObject({
      kind: 'threw',
      message: 'died this time',
      axes: { reads: 'nothing and dies' },
    });
  });

  it('counts the runs of another environment, which it cannot repeat, and audits no other code or seed', async () => {
    const [of, out] = [asked('its key'), folder()];
    process.env['DRIFT_FACT'] = 'there';
    await run(asked('its key'), { out, reference });
    delete process.env['DRIFT_FACT'];
    expect(await audited(of, out)).toMatchObject({ recorded: 20, audited: 0, elsewhere: 20, alarms: [] });
    expect(await audited({ ...of, code: 'other' }, out)).toMatchObject({ recorded: 0, audited: 0 });
    expect(await audited({ ...of, seed: '2' }, out)).toMatchObject({ recorded: 0, audited: 0 });
  });
});
