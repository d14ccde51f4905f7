/** The bench is honest: everybody runs the same cell, nobody garbled is believed, ratios are what they say. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { asked } from './asked.js';
import { ours, peers, type Contestant } from './contestants.js';
import type { BenchDocument } from './document.js';
import { rowsOf } from './document.js';
import { binding } from './kernels.js';
import { slowBlas } from './machine.js';
import { isMissed } from './measures.js';
import { measurePeaks, readRate } from './peaks.js';
import { parseAnswer, radii, type Facts, type Request } from './protocol.js';
import { fastest, race } from './race.js';
import { duration, report } from './report.js';
import { Server } from './server.js';
import { reference } from './settings.js';
import { median, ratioOf, timing } from './statistics.js';

const tiny: Request = { ...reference, d: 64, n: 40, T: 20 };
/** Robust accuracies from 1 to 0 over the five radii, in a fraction of a second. */
const small: Request = { ...reference, d: 128, n: 200 };
const seeds = [1, 2, 3, 4, 5];

// Ours is a process of its own too, and runs what is compiled.
beforeAll(() => {
  const { status, stdout } = spawnSync('npx', ['tsc', '-p', fileURLToPath(new URL('.', import.meta.url))], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the bench does not compile:\n${stdout}`);
});

const running = new Map<Contestant, Promise<Server>>();
/** One process a contestant for all tests. */
function serving(contestant: Contestant): Promise<Server> {
  const server = running.get(contestant) ?? Server.start(contestant);
  running.set(contestant, server);
  return server;
}
afterAll(async () => {
  for (const server of await Promise.allSettled(running.values())) {
    if (server.status === 'fulfilled') server.value.close();
  }
});

async function started(contestant: Contestant): Promise<Server> {
  const server = await Server.start(contestant);
  onTestFinished(() => server.close());
  return server;
}

/** A contestant that says these lines, whatever it is asked. */
const saying = (...said: readonly string[]): Contestant => ({
  name: 'parrot',
  group: 'hand',
  command: [
    process.execPath,
    '-e',
    `console.log(${JSON.stringify(said.join('\n'))}); process.stdin.resume()`,
  ],
});
const facts = JSON.stringify({ library: 'parrot', precision: 'float32', threads: 1, blas: 'none' });
const honest = {
  dataAndTrain: 1,
  attack: 2,
  total: 4,
  robustAccuracy: [1, 0.9, 0.5, 0.1, 0],
  cleanAccuracy: 1,
  extrapolated: [],
  seconds: { data: 1, attack: 2 },
};

const present = peers({ threads: [1], float64: false }).filter((peer) => 'command' in peer);
const [law, explicit] = [ours('law'), ours('explicit')];

describe.each([law, explicit, ...present])('$name ($group)', (contestant) => {
  it('answers a line with a cell, and the same line with the same cell', async () => {
    const server = await serving(contestant);
    const answer = await server.ask(tiny);
    expect(answer.robustAccuracy.toSorted((a, b) => b - a)).toEqual(answer.robustAccuracy);
    expect(answer.extrapolated).toEqual([]);
    expect((await server.ask(tiny)).robustAccuracy).toEqual(answer.robustAccuracy);
  });
});

describe.skipIf(present.length === 0)('the peers and ours', () => {
  let mine: readonly Share[];
  beforeAll(async () => {
    mine = await accuracies(explicit, small);
  });

  it.each([law, ...present])('$name ($group) measures the same robust accuracies', async (peer) => {
    expect(disagreements(await accuracies(peer, small), mine)).toEqual([]);
  });

  it('are told apart when one attacks by three steps instead of fifty', async () => {
    const weak = await accuracies(present[0]!, { ...small, attackSteps: 3 });
    expect(disagreements(weak, mine)).not.toEqual([]);
  });

  it('say what they extrapolate', async () => {
    const server = await serving(present[0]!);
    const answer = await server.ask({ ...tiny, trainSteps: 10, attackSteps: 25 });
    expect(answer.extrapolated).toEqual(['training', 'attack']);
  });
});

/** Robust accuracy at one radius over several nets, with its standard error. */
interface Share {
  readonly mean: number;
  readonly error: number;
}

/** Of the radii, those at which two differ by more than four standard errors; the seeds are pinned. */
const disagreements = (some: readonly Share[], others: readonly Share[]): readonly number[] =>
  radii.filter((_, at) => {
    const [a, b] = [some[at]!, others[at]!];
    return Math.abs(a.mean - b.mean) > 4 * Math.hypot(a.error, b.error);
  });

async function accuracies(contestant: Contestant, request: Request): Promise<Share[]> {
  const server = await serving(contestant);
  const runs: (readonly number[])[] = [];
  for (const seed of seeds) runs.push((await server.ask({ ...request, seed })).robustAccuracy);
  return radii.map((_, at) => {
    const values = runs.map((run) => run[at]!);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    // Nets differ from each other by more than the draw of 1000 points; near 0 and 1 a point may still fall either way.
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
    const binomial = Math.max(mean * (1 - mean), 1e-3) / 1000;
    return { mean, error: Math.sqrt(Math.max(variance, binomial) / values.length) };
  });
}

it('skips the peers where no Python is, with a word', () => {
  const words = peers({ threads: [1, 2], float64: false, pythons: ['no-such-python'] }).map(
    (peer) => 'word' in peer && peer.word,
  );
  expect(words).toEqual([
    'torch_autograd skipped: no Python here imports torch (Debian: python3-torch)',
    'torch_hand skipped: no Python here imports torch (Debian: python3-torch)',
    'numpy_hand skipped: no Python here imports numpy (Debian: python3-numpy)',
  ]);
});

describe('a contestant that is garbled', () => {
  it.each([
    ['nothing of its library', [JSON.stringify({ threads: 1 })], 'expected its library'],
    ['no JSON', ['Segmentation fault'], 'expected a line of JSON, got Segmentation fault'],
  ])('is refused at the start: %s', async (_, said, why) => {
    await expect(Server.start(saying(...said))).rejects.toThrow(`parrot refused: ${why}`);
  });

  it.each([
    ['no JSON', 'nan', 'expected a line of JSON, got nan'],
    ['no time', JSON.stringify({ ...honest, total: null }), 'expected seconds'],
    ['a total below its parts', JSON.stringify({ ...honest, total: 2.5 }), 'no less than its parts'],
    ['a share above 1', JSON.stringify({ ...honest, cleanAccuracy: 100 }), 'expected a cleanAccuracy'],
    ['too few radii', JSON.stringify({ ...honest, robustAccuracy: [1] }), 'each of 5 radii'],
  ])('is refused in its answer: %s', async (_, said, why) => {
    const server = await started(saying(facts, said));
    const refusal = await server.ask(tiny).then(
      () => 'believed',
      (cause: Error) => cause.message,
    );
    expect(refusal).toContain('parrot refused: ');
    expect(refusal).toContain(why);
    expect(refusal).not.toContain('\n');
  });

  it('is refused when it ends, with its last word', async () => {
    const dying: Contestant = {
      name: 'parrot',
      group: 'hand',
      command: [process.execPath, '-e', 'console.error("a trace\\nno memory left"); process.exit(1)'],
    };
    await expect(Server.start(dying)).rejects.toThrow(
      'parrot refused: it ended without an answer: no memory left',
    );
  });

  it('leaves the race to the others, with one line', async () => {
    const line = JSON.stringify(honest);
    const good = await started(saying(facts, line, line, line));
    const bad = await started(saying(facts, line, line, 'garbage'));
    const words: string[] = [];
    const options = { rounds: 1, patience: 60, onWord: (word: string) => words.push(word) };
    const entries = await race([good, bad], tiny, options);
    expect(entries.map(({ totals }) => totals)).toEqual([[4]]);
    expect(words).toEqual(['parrot refused: expected a line of JSON, got garbage']);
  });
});

it('takes what is asked, and refuses the rest in one line', () => {
  expect(asked(['--quick', '--only', '^m='])).toMatchObject({
    kind: 'run',
    rounds: 1,
    patience: 6,
    only: /^m=/i,
  });
  expect(asked(['--rounds', '7', '--float64'])).toMatchObject({
    kind: 'run',
    rounds: 7,
    patience: 60,
    float64: true,
  });
  expect(asked(['--help'])).toEqual({ kind: 'help' });
  for (const wrong of [['--rounds', '0'], ['--only', '('], ['--fast'], ['more']]) {
    const refusal = asked(wrong);
    expect(refusal.kind).toBe('refused');
    expect('line' in refusal && refusal.line).toMatch(/^[^\n]+$/);
  }
});

describe('arithmetic', () => {
  it('takes medians, spreads, and ratios of medians with the range over the rounds', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(timing([2, 1, 4])).toEqual({ median: 2, least: 1, most: 4, rounds: 3 });
    expect(ratioOf([10, 40, 30], [1, 2, 1])).toEqual({ ratio: 30, least: 10, most: 30 });
  });

  it('marks what is missed, on either side', () => {
    expect(isMissed({ floor: { sense: '≤', value: 20 } }, { median: 20 })).toBe(false);
    expect(isMissed({ floor: { sense: '≤', value: 20 } }, { median: 21 })).toBe(true);
    expect(isMissed({ floor: { sense: '≥', value: 1.9 } }, { median: 1.8 })).toBe(true);
    expect(isMissed({ floor: { sense: '≥', value: 1.9 } }, { median: Number.NaN })).toBe(true);
  });

  it('says which limit binds a kernel', () => {
    const peaks = {
      float64: 20,
      float32: 40,
      read: [
        { megabytes: 4, rate: 100 },
        { megabytes: 256, rate: 10 },
      ],
    };
    expect(readRate(peaks, 1e6)).toBe(100);
    expect(readRate(peaks, 1e9)).toBe(10);
    expect(binding({ flops: 2e9, bytes: 1e6 }, peaks)).toEqual({ limit: 'arithmetic', least: 0.1 });
    expect(binding({ flops: 2e9, bytes: 2e9 }, peaks)).toEqual({ limit: 'memory', least: 0.2 });
    expect(binding({ singleFlops: 8e9, bytes: 1e6 }, peaks)).toEqual({ limit: 'arithmetic', least: 0.2 });
    expect(binding({ instructions: 1e10 }, peaks)).toEqual({ limit: 'generator', least: 1 });
  });

  it('measures peaks by loops that run', () => {
    const { float64, float32, read } = measurePeaks([1]);
    for (const rate of [float64, float32, read[0]!.rate]) expect(rate).toBeGreaterThan(0);
  });

  it('knows a BLAS that flatters us', () => {
    const torch = { library: 'torch', precision: 'float32', threads: 1 };
    expect(slowBlas([{ ...torch, blas: 'openblasp-r0.3.21', gflops: 96 }])).toBeUndefined();
    expect(slowBlas([{ ...torch, blas: 'reference', gflops: 3 }])).toContain('libopenblas0-pthread');
    expect(slowBlas([{ ...torch, blas: 'unknown', gflops: 3 }])).toContain('3.0 GFLOP/s');
  });
});

describe('the table', () => {
  const entry = (
    group: Contestant['group'],
    name: string,
    totals: readonly number[],
    extrapolated: string[],
  ) => ({
    server: { contestant: { name, group, command: ['true'] as const } } as unknown as Server,
    totals,
    answers: totals.map((total) => parseAnswer(JSON.stringify({ ...honest, total, extrapolated }), name)),
  });
  const entries = [
    entry('law', 'law', [4, 5, 4], []),
    entry('autograd', 'torch/1', [4000, 4400, 4000], ['attack']),
    entry('hand', 'torch/1', [500, 500, 500], []),
    entry('hand', 'numpy/2', [200, 220, 210], []),
  ];
  const setting = {
    name: 'n=4000 d=256',
    differs: {},
    ours: { law: { autograd: 1500, hand: 20 } },
    against: [],
  };
  const document: BenchDocument = {
    machine: { cpu: 'a processor', cores: 2, node: 'v20', date: '2026-11-22' },
    patience: 60,
    contestants: { 'hand torch/1': { ...JSON.parse(facts), gflops: 96.3 } as Facts },
    words: ['numpy_hand skipped: no Python here imports numpy (Debian: python3-numpy)'],
    rows: rowsOf(setting, entries),
    measures: [],
    kernels: [],
  };

  it('sets ours beside the fastest of each group, with floors, marks and footnotes', () => {
    expect(fastest(entries, 'hand')?.server.contestant.name).toBe('numpy/2');
    const text = report(document);
    expect(text).toContain('1000 (≥ 1500) ✗');
    expect(text).toContain('52.5 (≥ 20)\n');
    expect(text).toContain('880–1000');
    expect(text).toContain('4000 s*');
    expect(text).toContain('*: extrapolated from fewer steps; one full run takes more than 60 s.');
    expect(text).toContain('parrot, float32, none, GFLOP/s by threads: 96.3 on 1');
    expect(text).toContain('numpy_hand skipped');
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('gives durations three digits and a unit', () => {
    expect([4.2e-6, 0.0241, 3.456, 123.4].map(duration)).toEqual(['4.2 µs', '24.1 ms', '3.46 s', '123 s']);
  });
});
