/** The laws of a claim, run over the registry: adding a claim adds its tests, and asks for its line in `baseline`. */
import { Random } from '@marginalia/core';
import { verdictOf } from '@marginalia/sweep';
import * as theory from '@marginalia/theory';
import { claims, expectationOf, judge, verdictKinds, type Claim, type Evidence } from '@marginalia/theory';
import { describe, expect, it } from 'vitest';
import { baselines, breaches, evidence, type Baseline, type Change } from './baseline.js';
import { reads } from './reads.js';

const slug = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/[^a-zA-Z ]/g, '')
    .toLowerCase();

/** `li-pan-lyu-li-2025`: the surnames and the year. */
const paperOf = ({ source }: Claim): string =>
  [...source.authors.split(', ').map((name) => slug(name).split(' ').at(-1)), source.year].join('-');

describe('the registry of claims', () => {
  it('names each claim once', () => {
    expect(new Set(claims.map(({ id }) => id)).size).toBe(claims.length);
    expect(new Set(claims.map(({ title }) => title)).size).toBe(claims.length);
  });

  it('lists every claim that theory exports', () => {
    const isClaim = (value: unknown): value is Claim =>
      typeof value === 'object' && value !== null && 'relation' in value && 'measure' in value;
    const exported = Object.values(theory).filter(isClaim);
    expect(exported.length).toBeGreaterThan(0);
    expect(exported.map(({ id }) => id).sort()).toEqual(claims.map(({ id }) => id).sort());
  });

  it('has a baseline for every claim, and no baseline of a claim that is gone', () => {
    expect(Object.keys(baselines).sort()).toEqual(claims.map(({ id }) => id).sort());
  });

  it('has a way to breach every assumption', () => {
    const named = new Set(claims.flatMap(({ assumptions }) => assumptions.map(({ name }) => name)));
    expect(Object.keys(breaches).sort()).toEqual([...named].sort());
  });

  it('states an assumption of one name in one way', () => {
    const all = claims.flatMap(({ assumptions }) => assumptions);
    for (const { name, statement } of all) {
      expect(new Set(all.filter((one) => one.name === name).map((one) => one.statement))).toEqual(
        new Set([statement]),
      );
    }
  });
});

const baselineOf = ({ id }: Claim): Baseline => {
  const baseline = baselines[id];
  if (!baseline) throw new Error(`no baseline of ${id}`);
  return baseline;
};

/** Runs with a spread of a thousandth in everything that is not a flag or an exact number: enough for an interval. */
function runs({ cells }: Pick<Baseline, 'cells'>, replicates: number): Evidence[] {
  const random = Random.of('spread of the baseline');
  return cells.flatMap((cell) =>
    Array.from({ length: replicates }, (_, replicate) => {
      const run = evidence(cell, replicate);
      const measurements = Object.fromEntries(
        Object.entries(run.measurements).map(([name, value]) => [
          name,
          Number.isInteger(value) ? value : Number(value) * (1 + 1e-3 * random.gaussian()),
        ]),
      );
      return { ...run, measurements };
    }),
  );
}

const changed = (run: Evidence, { axes, measurements }: Change): Evidence => ({
  ...run,
  axes: { ...run.axes, ...axes },
  measurements: { ...run.measurements, ...measurements },
});

const without = (from: Evidence['measurements'], name: string): Evidence['measurements'] =>
  Object.fromEntries(Object.entries(from).filter(([key]) => key !== name));

it('calls numbers that do not compare inconclusive, not violated', () => {
  const ratio: Claim = { ...theory.robustNetExists, measure: () => ({ quantity: 0, bound: 0 }) };
  const difference: Claim = {
    ...theory.perfectAccuracy,
    measure: () => ({ quantity: Infinity, bound: Infinity }),
  };
  for (const claim of [ratio, difference]) {
    expect(judge(claim, evidence())).toMatchObject({ kind: 'inconclusive' });
  }
});

describe.each(claims.map((claim) => ({ id: claim.id, claim })))('$id', ({ id, claim }) => {
  const baseline = baselineOf(claim);
  const [cell = {}] = baseline.cells;
  const run = evidence(cell);
  const replicates = claim.relation.kind === 'proportional' ? 3 : 30;

  it('is written out', () => {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*\/[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(id.split('/')[0]).toBe(paperOf(claim));
    for (const text of [claim.title, claim.statement, claim.measured, claim.expected, claim.relation.words]) {
      expect(text).toMatch(/^\S.*\S$/u);
      expect(text).not.toMatch(/\s{2}/u);
    }
    expect(claim.title.length).toBeLessThanOrEqual(72);
    expect(Object.entries(claim.notation).length).toBeGreaterThan(0);
    for (const [symbol, meaning] of Object.entries(claim.notation)) {
      expect(symbol).toMatch(/\S/);
      expect(meaning).toMatch(/\S/);
    }
    for (const { name, statement } of claim.assumptions) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(statement).toMatch(/^\S.*\S$/u);
    }
  });

  it('expects a verdict, and its words begin with no other', () => {
    expect(verdictKinds).toContain(expectationOf(claim));
    const [said = ''] = /^\p{L}+/u.exec(claim.expected) ?? [];
    if (verdictKinds.some((kind) => kind === said)) expect(said).toBe(expectationOf(claim));
  });

  it('says where it comes from', () => {
    const { paper, authors, year, arxiv, locator, reading } = claim.source;
    for (const text of [paper, authors, locator]) expect(text).toMatch(/^\S.*\S$/u);
    expect(year).toBeGreaterThanOrEqual(1950);
    expect(year).toBeLessThanOrEqual(2026);
    if (arxiv !== undefined) expect(arxiv).toMatch(/^\d{4}\.\d{4,5}$/);
    expect(['as-stated', 'derived', 'published']).toContain(reading);
  });

  it('holds on a run that is as it should be', () => {
    for (const each of baseline.cells) {
      const finding = judge(claim, evidence(each));
      expect(finding).toMatchObject({ kind: 'holds' });
      expect('slack' in finding && finding.slack >= 0).toBe(true);
    }
  });

  it.each(baseline.doctored.map((measurements) => ({ measurements })))(
    'is violated by $measurements',
    ({ measurements }) => {
      const finding = judge(claim, changed(run, { measurements }));
      expect(finding).toMatchObject({ kind: 'violated' });
      expect('slack' in finding && finding.slack < 0).toBe(true);
    },
  );

  it('is vacuous, naming the assumption, wherever one is not met', () => {
    for (const { name } of claim.assumptions) {
      for (const breach of breaches[name] ?? []) {
        expect(judge(claim, changed(run, breach)), JSON.stringify(breach)).toEqual({
          kind: 'vacuous',
          assumption: name,
        });
      }
    }
  });

  it('takes nothing for met that was not measured', () => {
    for (const { name, check } of claim.assumptions) {
      expect(check(run), name).toBe(true);
      const used = reads(run, check);
      expect(used.measurements.length + used.axes.length, name).toBeGreaterThan(0);
      for (const key of used.measurements) {
        const { measurements } = run;
        expect(check({ ...run, measurements: without(measurements, key) }), `${name} without ${key}`).toBe(
          false,
        );
        expect(check({ ...run, measurements: { ...measurements, [key]: Number.NaN } }), key).toBe(false);
      }
      for (const key of used.axes) {
        expect(check({ ...run, axes: { ...run.axes, [key]: 'unknown' } }), `${name}, ${key}`).toBe(false);
      }
    }
  });

  it('is inconclusive where its quantity was not measured', () => {
    const measured = reads(run, claim.measure).measurements;
    const assumed = claim.assumptions.flatMap(({ check }) => reads(run, check).measurements);
    const own = measured.filter((name) => !assumed.includes(name));
    for (const name of own) {
      const { measurements } = run;
      for (const doctored of [
        without(measurements, name),
        { ...measurements, [name]: Number.NaN },
        { ...measurements, [name]: [1, 2] },
      ]) {
        expect(judge(claim, { ...run, measurements: doctored }), name).toMatchObject({
          kind: 'inconclusive',
        });
      }
    }
    // What an assumption reads too is vacuous without it; take the assumptions away to see the measure itself.
    expect(measured.length).toBeGreaterThan(0);
    for (const name of measured) {
      const judged = judge(
        { ...claim, assumptions: [] },
        { ...run, measurements: without(run.measurements, name) },
      );
      expect(judged, name).toMatchObject({ kind: 'inconclusive' });
    }
  });

  it('is supported by a sweep of runs that hold', () => {
    const verdict = verdictOf(claim, runs(baseline, replicates));
    expect(verdict).toMatchObject({ verdict: 'supported', violated: 0, vacuous: 0, inconclusive: 0 });
    expect(verdict.slack).toBeGreaterThanOrEqual(0);
  });

  it('is refuted by a sweep of doctored runs', () => {
    const { otherLaw } = baseline;
    if (otherLaw) {
      const cells = baseline.cells.map((each): Change => ({
        ...each,
        measurements: { ...each.measurements, ...otherLaw(each.axes as Readonly<Record<string, number>>) },
      }));
      expect(verdictOf(claim, runs({ cells }, replicates)).verdict).toBe('refuted');
      return;
    }
    for (const measurements of baseline.doctored) {
      const doctored = runs(baseline, replicates).map((each) => changed(each, { measurements }));
      expect(verdictOf(claim, doctored), JSON.stringify(measurements)).toMatchObject({
        verdict: 'refuted',
        held: 0,
      });
    }
  });

  it('is refuted by a single run where it is an identity, and by none of twenty where it is a rate', () => {
    if (claim.relation.kind === 'proportional') return;
    const [measurements = {}] = baseline.doctored;
    const mixed = runs(baseline, 30).map((each, i) => (i === 7 ? changed(each, { measurements }) : each));
    const { verdict } = verdictOf(claim, mixed);
    if (claim.relation.kind === 'exactly') expect(verdict).toBe('refuted');
    else expect(verdict).not.toBe('refuted');
  });

  it('is vacuous in a sweep whose runs all miss an assumption', () => {
    const [assumption] = claim.assumptions;
    if (!assumption) {
      expect(verdictOf(claim, runs(baseline, replicates)).vacuous).toBe(0);
      return;
    }
    const [breach = {}] = breaches[assumption.name] ?? [];
    const missed = runs(baseline, replicates).map((each) => changed(each, breach));
    expect(verdictOf(claim, missed)).toMatchObject({
      verdict: 'vacuous',
      runs: 0,
      unmet: [assumption.name],
      estimate: null,
    });
  });

  it('is inconclusive without enough runs', () => {
    // An identity is settled by one run; everything else needs more.
    const few = claim.relation.kind === 'exactly' ? [] : [run];
    expect(verdictOf(claim, few)).toMatchObject({ verdict: 'inconclusive' });
  });
});
