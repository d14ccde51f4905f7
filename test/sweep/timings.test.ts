import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  classOf,
  machine,
  type MachineTimings,
  readTimings,
  TimingsRecorder,
} from '../../packages/sweep/src/timings.js';
import { folder, lines, run, tinyPlan } from './tiny.js';

const here = (out: string): MachineTimings => {
  const found = readTimings(out)[machine()];
  if (!found) throw new Error('no timings of this machine');
  return found;
};
const runsOf = ({ classes }: MachineTimings): number =>
  Object.values(classes).reduce((sum, { runs }) => sum + runs, 0);

describe('the timings of a folder', () => {
  it('sum every measured run but the first of each worker, by its predicted cost, and no run that failed', async () => {
    const out = folder();
    const asked = tinyPlan();
    await run(asked, { out, threads: 1 });
    const { classes, code, lanes, starts } = here(out);
    expect(code).toBe('test');
    // Costs 2, 4 and 8: 2 budgets of 3 replicates, but 8 has one budget; a unit of two runs of 4 begins.
    expect(
      Object.fromEntries(Object.entries(classes).map(([name, { runs, cost }]) => [name, [runs, cost]])),
    ).toEqual({
      [classOf(2)]: [6, 12],
      [classOf(4)]: [5, 20],
      [classOf(8)]: [3, 24],
    });
    // The fixture pauses 5 ms a run; a timer may be early by less than one.
    for (const { ms, runs } of Object.values(classes)) expect(ms / runs).toBeGreaterThan(4);
    expect(lanes?.runs).toBe(asked.runs.length);
    expect(starts?.sessions).toBe(1);
    await run(tinyPlan({ set: { trouble: 'throws' } }), { out });
    expect(runsOf(here(out))).toBe(asked.runs.length - 1);
    for (const line of lines(out)) expect(line).not.toContain('"ms"');
  });

  it('grow with each session, and begin anew with other code', async () => {
    const out = folder();
    await run(tinyPlan(), { out, threads: 1 });
    await run(tinyPlan({ replicates: 5 }), { out, threads: 1 });
    expect(runsOf(here(out))).toBe(25 - 2);
    expect(here(out).starts?.sessions).toBe(2);
    // The first run of the worker is the only one of its cost: better than nothing.
    await run(tinyPlan({ code: 'other', replicates: 1, set: { budget: '1' } }), { out, threads: 1 });
    expect([here(out).code, runsOf(here(out))]).toEqual(['other', 3]);
  });

  it('of another kind of machine stay as they are', () => {
    const out = folder();
    const other = { code: 'x', classes: { [classOf(1)]: { runs: 1, cost: 1, ms: 9 } } };
    writeFileSync(join(out, 'timings.json'), JSON.stringify({ abacus: other }));
    const recorder = new TimingsRecorder(out, { code: 'y', threads: 1 });
    recorder.add(1, 50);
    recorder.add(1, 3);
    recorder.end();
    expect(readTimings(out)['abacus']).toEqual(other);
    expect(here(out).classes).toEqual({ [classOf(1)]: { runs: 1, cost: 1, ms: 3 } });
  });

  it('that cannot be read are none, and are written anew; a folder that takes none loses nothing', async () => {
    const out = folder();
    for (const text of [
      '{',
      '[]',
      '{"abacus":{"code":1}}',
      '{"abacus":{"code":"x","classes":{"0":{"runs":-1}}}}',
    ]) {
      writeFileSync(join(out, 'timings.json'), text);
      expect(readTimings(out)).toEqual({});
    }
    await run(tinyPlan(), { out, threads: 1 });
    expect(runsOf(here(out))).toBe(14);
    const blocked = folder();
    mkdirSync(join(blocked, 'timings.json'));
    expect((await run(tinyPlan(), { out: blocked })).records).toHaveLength(15);
  });

  it('are no part of what runs leave behind', async () => {
    const [one, two] = [folder(), folder()];
    writeFileSync(join(two, 'timings.json'), '{}');
    await run(tinyPlan(), { out: one });
    await run(tinyPlan(), { out: two });
    expect(lines(one)).toEqual(lines(two));
    expect(readFileSync(join(one, 'sweep.json'), 'utf8')).toBe(readFileSync(join(two, 'sweep.json'), 'utf8'));
  });
});
