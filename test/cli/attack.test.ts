import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { attacks } from '@marginalia/attack';
import { pointsLine, pointsView, writeNpy } from 'marginalia';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyFolder, marginalia, onlyLine, type Ended } from './marginalia.js';

interface Document {
  readonly net: { readonly classes: number | null; readonly ambient: number };
  readonly accuracy: number;
  readonly open: number;
  readonly radii: readonly number[];
  readonly attacks: readonly {
    readonly name: string;
    readonly medianRadius: number | string;
    readonly gap: { readonly median: number | string | null };
    readonly robustAccuracy: readonly number[];
  }[];
  readonly curve: readonly {
    readonly radius: number;
    readonly certified: number;
    readonly attacked: number;
    readonly exact: number | null;
    readonly interval: readonly [number, number];
  }[];
  readonly masking: {
    readonly flags: readonly { readonly name: string; readonly kind: string; readonly advice: string }[];
  };
  readonly perPoint: readonly {
    readonly label: number;
    readonly margin: number;
    readonly exact: { readonly lower: number; readonly upper: number };
    readonly best: { readonly radius: number | string; readonly attack: string };
    readonly attacked: Readonly<Record<string, number | string>>;
  }[];
}

type Arrays = Readonly<
  Record<string, readonly [shape: readonly number[], entries: readonly number[]] | null>
>;

/** f(x) = 3 x₁ + 4 x₂ as two neurons, at three points, one of them misclassified: radii 7/5, 4/5, 0 in l2. */
const plane: Arrays = {
  'net/W': [
    [2, 2],
    [3, 4, -3, -4],
  ],
  'net/b': [[2], [0, 0]],
  'net/a': [[2], [1, -1]],
  'data/X': [
    [3, 2],
    [1, 1, -2, 0.5, 0.5, 0],
  ],
  'data/y': [[3], [1, -1, -1]],
};
/** Scores φ(x_j) of three classes at positive points: the nearest tie is half the gap away in linf, all of it in l1. */
const eye = [1, 0, 0, 0, 1, 0, 0, 0, 1] as const;
const threeClasses: Arrays = {
  'net/W': [[3, 3], eye],
  'net/b': [[3], [0, 0, 0]],
  'net/a': null,
  'net/V': [[3, 3], eye],
  'data/X': [
    [2, 3],
    [9, 4, 5, 1, 7, 8],
  ],
  'data/y': [[2], [0, 2]],
};

function folderOf(arrays: Arrays): string {
  const cwd = emptyFolder();
  for (const [name, array] of Object.entries(arrays)) {
    mkdirSync(join(cwd, name, '..'), { recursive: true });
    if (array) writeNpy(join(cwd, `${name}.npy`), { shape: array[0], data: Float64Array.from(array[1]) });
  }
  return cwd;
}

const folders = ['--net', 'net', '--data', 'data'] as const;

/** As `marginalia` does it, in one process for all: forty command lines in the time of one start. */
let child: ChildProcess;
beforeAll(() => {
  child = fork(fileURLToPath(new URL('./fixtures/one-process.js', import.meta.url)), {
    execArgv: [],
    env: { PATH: process.env['PATH'], COLUMNS: '100' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
});
afterAll(() => {
  child.kill();
});
async function inOneProcess(args: readonly string[], cwd: string): Promise<Ended> {
  const answer = once(child, 'message') as Promise<[Ended]>;
  child.send({ cwd, args });
  return (await answer)[0];
}

async function attack(arrays: Arrays, ...args: readonly string[]): Promise<Document> {
  const ended = await inOneProcess(['attack', ...folders, '--json', ...args], folderOf(arrays));
  expect(ended.err).toBe('');
  expect(ended.code).toBe(0);
  return JSON.parse(ended.out) as Document;
}

describe('attack', () => {
  it('runs every attack of the registry that fits the norm and is not dear, and brackets robust accuracy by what is proved', async () => {
    const found = await attack(plane, '--radii', '0,0.5', '1', '1.5');
    const fitting = attacks
      .filter(({ balls, dear }) => balls.includes('l2') && !dear)
      .map(({ name }) => name);
    expect(found.attacks.map(({ name }) => name)).toEqual([...fitting, 'uniform-noise']);
    expect(found.accuracy).toBeCloseTo(2 / 3, 12);
    expect(found.open).toBe(0);
    expect(found.radii).toEqual([0, 0.5, 1, 1.5]);
    expect(found.curve.map(({ exact }) => exact)).toEqual([2 / 3, 2 / 3, 1 / 3, 0]);
    // Two of three, Clopper–Pearson at 95 %.
    expect(found.curve[0]?.interval[0]).toBeCloseTo(0.0942993, 6);
    expect(found.curve[0]?.interval[1]).toBeCloseTo(0.9915962, 6);
    [7 / 5, 4 / 5, 0].forEach((truth, i) => {
      const { exact, best, attacked } = found.perPoint[i]!;
      expect(exact.upper).toBeCloseTo(truth, 9);
      const radii = Object.values(attacked).map(Number);
      expect(Number(best.radius)).toBe(Math.min(...radii));
      if (truth > 0) expect(attacked[best.attack]).toBe(best.radius);
      for (const radius of radii) expect(radius).toBeGreaterThanOrEqual(exact.lower * (1 - 1e-9));
    });
    expect(found.perPoint.map(({ label }) => label)).toEqual([1, -1, -1]);
    for (const { robustAccuracy } of found.attacks) {
      robustAccuracy.forEach((share, i) => expect(share).toBeGreaterThanOrEqual(found.curve[i]!.certified));
    }
    expect(found.masking.flags.find(({ name }) => name === 'impossible')?.kind).toBe('clear');
  });

  it('takes reduced coordinates for what they stand for: random starts are drawn in R^d', async () => {
    const cwd = folderOf(plane);
    const args = ['attack', ...folders, '--attacks', 'projected-gradient', '--json'];
    const flat = JSON.parse((await inOneProcess(args, cwd)).out) as Document;
    writeFileSync(join(cwd, 'net/run.json'), JSON.stringify({ axes: { sampling: 'law', dimension: 100 } }));
    const reduced = JSON.parse((await inOneProcess(args, cwd)).out) as Document;
    expect([flat.net, reduced.net]).toMatchObject([{ ambient: 2 }, { ambient: 100 }]);
    expect(reduced.perPoint.map(({ exact }) => exact)).toEqual(flat.perPoint.map(({ exact }) => exact));
    // Noise in R^100 hardly moves along the one direction that counts.
    const noise = ({ perPoint }: Document): number => Number(perPoint[0]?.attacked['uniform-noise']);
    expect(noise(reduced)).toBeGreaterThan(2 * noise(flat));
    const people = await inOneProcess(args.slice(0, -1), cwd);
    expect(people.out).toContain('2 neurons on R^100 (2 coordinates), 3 points, l2');
  });

  it('runs the attacks that are named, in the order of the registry, each once', async () => {
    const named = ['--attacks', 'projected-gradient', 'universal-direction', 'projected-gradient'];
    const found = await attack(plane, ...named);
    expect(found.attacks.map(({ name }) => name)).toEqual([
      'universal-direction',
      'projected-gradient',
      'uniform-noise',
    ]);
    // 0 and multiples of the median exact radius where no radii are given.
    expect(found.radii[0]).toBe(0);
    expect(found.radii[3]).toBe(1.4);
  });

  it.each([
    ['l2', [2 * Math.SQRT2, Math.SQRT1_2]],
    ['linf', [2, 0.5]],
    ['l1', [4, 1]],
  ] as const)('knows nets of many classes in %s', async (norm, truths) => {
    const { net, perPoint } = await attack(threeClasses, '--norm', norm);
    expect(net.classes).toBe(3);
    truths.forEach((truth, i) => {
      const { exact, margin } = perPoint[i]!;
      expect(exact.lower).toBeCloseTo(truth, 6);
      expect(exact.upper).toBeCloseTo(truth, 6);
      expect(margin).toBe([4, 1][i]);
    });
  });

  it('prints the same to the byte again, and a table that fits its terminal', async () => {
    const cwd = folderOf(plane);
    const radii = Array.from({ length: 30 }, (_, i) => String(i / 7));
    const args = ['attack', ...folders, '--radii', ...radii];
    const options = { cwd, env: { COLUMNS: '80' } };
    const [first, again] = await Promise.all([marginalia(args, options), marginalia(args, options)]);
    expect(first).toEqual(again);
    expect(first.code).toBe(0);
    for (const line of first.out.split('\n')) expect([...line].length).toBeLessThanOrEqual(80);
    expect(first.out).toContain('2 neurons on R^2, 3 points, l2');
    expect(first.out).toContain('accuracy 0.6667, exact radii all proved');
    for (const word of ['projected-gradient', 'uniform-noise', 'proved robust', 'clear: impossible']) {
      expect(first.out).toContain(word);
    }
  });

  it('is known to `list attacks`, whose names it takes', async () => {
    const { out: people } = await inOneProcess(['list', 'attacks'], emptyFolder());
    expect(people).toMatch(/projected-gradient +descent on the margin/);
    const { out } = await inOneProcess(['list', 'attacks', '--json'], emptyFolder());
    const listed = (JSON.parse(out) as { attacks: { name: string }[] }).attacks.map(({ name }) => name);
    expect(listed).toEqual(attacks.map(({ name }) => name));
  });

  it('lets inspect read nets of many classes too', async () => {
    const cwd = folderOf(threeClasses);
    const { out, code } = await inOneProcess(['inspect', ...folders], cwd);
    expect(code).toBe(0);
    expect(out).toContain('3 neurons on R^3, 3 classes, 2 points, radii in l2');
    expect(out).toContain('margin min f_y − max f_j = 1');
    const { out: json } = await inOneProcess(['inspect', ...folders, '--norm', 'l1', '--json'], cwd);
    const { perPoint } = JSON.parse(json) as Document;
    [4, 1].forEach((truth, i) => expect(perPoint[i]?.exact.upper).toBeCloseTo(truth, 6));
  });
});

describe('a net or points of no robustness', () => {
  const degenerate: readonly (readonly [string, Arrays])[] = [
    [
      'a zero net',
      {
        ...plane,
        'net/W': [
          [2, 2],
          [0, 0, 0, 0],
        ],
      },
    ],
    ['zero outputs', { ...plane, 'net/a': [[2], [0, 0]] }],
    ['every point misclassified', { ...plane, 'data/y': [[3], [-1, 1, 1]] }],
  ];
  it.each(degenerate)('is an answer, not a crash: %s', async (name, arrays) => {
    const found = await attack(arrays);
    expect(found.accuracy).toBe(name.startsWith('every') ? 1 / 3 : 0);
    expect(found.curve[0]?.exact).toBe(found.accuracy);
    const wrong = found.perPoint.filter(({ margin }) => margin <= 0);
    for (const { exact, best } of wrong) expect([exact.upper, best.radius]).toEqual([0, 0]);
    if (wrong.length === 3) expect(found.attacks[0]?.gap.median).toBeNull();
    const { out, code } = await inOneProcess(['attack', ...folders], folderOf(arrays));
    expect(code).toBe(0);
    if (wrong.length === 3) expect(out).toContain('no point that a displacement could flip');
  });

  it('is one of identical neurons, one point, one neuron: the radius of the plane all the same', async () => {
    const twins: Arrays = {
      ...plane,
      'net/W': [
        [4, 2],
        [3, 4, 3, 4, -3, -4, -3, -4],
      ],
      'net/b': [[4], [0, 0, 0, 0]],
      'net/a': [[4], [0.5, 0.5, -0.5, -0.5]],
    };
    const { perPoint } = await attack(twins);
    expect(perPoint[0]?.exact.upper).toBeCloseTo(7 / 5, 9);
    const single: Arrays = {
      'net/W': [
        [1, 2],
        [3, 4],
      ],
      'net/b': [[1], [0]],
      'net/a': [[1], [1]],
      'data/X': [
        [1, 2],
        [1, 1],
      ],
      'data/y': [[1], [1]],
    };
    const one = await attack(single);
    expect(one.perPoint[0]?.exact.upper).toBeCloseTo(7 / 5, 9);
    expect(one.curve[0]?.interval).toEqual([expect.closeTo(0.025, 9), 1]);
  });

  it('is one that nothing flips: radii without end', async () => {
    const found = await attack({
      ...plane,
      'net/W': [
        [2, 2],
        [0, 0, 0, 0],
      ],
      'net/b': [[2], [2, 1]],
      'data/y': [[3], [1, 1, 1]],
    });
    expect(found.accuracy).toBe(1);
    expect(found.attacks.every(({ medianRadius }) => medianRadius === 'Infinity')).toBe(true);
    expect(found.curve.at(-1)).toMatchObject({ certified: 1, attacked: 1, exact: 1 });
  });
});

describe('a mistake', () => {
  const wrong: readonly (readonly [string, Arrays, readonly string[], RegExp])[] = [
    [
      'no net',
      plane,
      ['attack', '--data', 'data'],
      /^expected --net DIR, a folder of W\.npy, b\.npy and a\.npy \(or V\.npy\), got nothing$/,
    ],
    [
      'no points',
      plane,
      ['attack', '--net', 'net'],
      /^expected --data DIR, a folder of X\.npy and y\.npy, got nothing$/,
    ],
    [
      'an unknown attack',
      plane,
      ['attack', ...folders, '--attacks', 'projected-gradent'],
      /^expected the name of an attack, got "projected-gradent"; try --attacks projected-gradient$/,
    ],
    [
      'no name like any',
      plane,
      ['attack', ...folders, '--attacks', 'zzzzzzzzzz'],
      /got "zzzzzzzzzz"; try npx marginalia list attacks$/,
    ],
    [
      'an unknown norm',
      plane,
      ['attack', ...folders, '--norm', 'l3'],
      /^expected --norm to be one of l2, linf, l1, got l3; /,
    ],
    [
      'a radius of NaN',
      plane,
      ['attack', ...folders, '--radii', 'NaN'],
      /^expected --radii to be finite numbers ≥ 0, got "NaN"; try --radii 0\.5 1 2$/,
    ],
    ['a radius without end', plane, ['attack', ...folders, '--radii', '1', 'Infinity'], /got "Infinity"/],
    ['a negative radius', plane, ['attack', ...folders, '--radii=-1'], /got "-1"/],
    ['an empty radius', plane, ['attack', ...folders, '--radii', '1,'], /got ""/],
    ['a further word', plane, ['attack', 'net', ...folders], /^expected no further argument, got net; /],
    [
      'NaN in W',
      {
        ...plane,
        'net/W': [
          [2, 2],
          [3, Number.NaN, -3, -4],
        ],
      },
      ['attack', ...folders],
      /net\/W\.npy to hold finite numbers, got NaN at \[0, 1\]$/,
    ],
    [
      'NaN in the labels',
      { ...plane, 'data/y': [[3], [1, Number.NaN, -1]] },
      ['attack', ...folders],
      /data\/y\.npy to hold finite numbers, got NaN at \[1\]$/,
    ],
    [
      'zero neurons',
      { ...plane, 'net/W': [[0, 2], []] },
      ['attack', ...folders],
      /net\/W\.npy to have shape M × d, got \(0, 2\)$/,
    ],
    [
      'zero points',
      { ...plane, 'data/X': [[0, 2], []] },
      ['attack', ...folders],
      /data\/X\.npy to have shape N × d, got \(0, 2\)$/,
    ],
    [
      'a row for a matrix',
      { ...plane, 'data/X': [[2], [1, 1]] },
      ['attack', ...folders],
      /data\/X\.npy to have shape N × d, got \(2\)$/,
    ],
    [
      'outputs too few',
      { ...plane, 'net/a': [[1], [1]] },
      ['attack', ...folders],
      /net\/a\.npy to have 2 entries, one a neuron of W\.npy, got shape \(1\)$/,
    ],
    [
      'one class',
      {
        ...threeClasses,
        'net/V': [
          [1, 3],
          [1, 1, 1],
        ],
      },
      ['attack', ...folders],
      /^expected net\/V\.npy to have a row a class, 2 or more, got shape \(1, 3\); try a\.npy/,
    ],
    [
      'V of another width',
      {
        ...threeClasses,
        'net/V': [
          [2, 2],
          [1, 1, 1, 1],
        ],
      },
      ['attack', ...folders],
      /^expected net\/V\.npy to have 3 columns, one a neuron of W\.npy, got shape \(2, 2\)$/,
    ],
    [
      'a vector for V',
      { ...threeClasses, 'net/V': [[3], [1, 1, 1]] },
      ['attack', ...folders],
      /net\/V\.npy to have shape C × M, got \(3\)$/,
    ],
    [
      'both a and V',
      { ...threeClasses, 'net/a': [[3], [1, 1, 1]] },
      ['attack', ...folders],
      /^expected net\/a\.npy of a binary net or net\/V\.npy of a net of classes, got both; /,
    ],
    [
      'neither a nor V',
      { ...plane, 'net/a': null },
      ['attack', ...folders],
      /^expected a \.npy file at net\/a\.npy, got no such file; try V\.npy/,
    ],
    [
      'a class too many',
      { ...threeClasses, 'data/y': [[2], [0, 3]] },
      ['attack', ...folders],
      /^expected the labels in data\/y\.npy to be 0 … 2, one of the 3 rows of V\.npy, got 3 at \[1\]$/,
    ],
    [
      'half a class',
      { ...threeClasses, 'data/y': [[2], [0, 0.5]] },
      ['inspect', ...folders],
      /got 0\.5 at \[1\]$/,
    ],
    [
      'classes from 1',
      { ...threeClasses, 'data/y': [[2], [1, 3]] },
      ['inspect', ...folders],
      /got 3 at \[1\]; try np\.save\(path, y - 1\)$/,
    ],
    [
      'signs for classes',
      { ...threeClasses, 'data/y': [[2], [-1, 1]] },
      ['attack', ...folders],
      /got -1 at \[0\]; try np\.save\(path, \(y \+ 1\) \/\/ 2\)$/,
    ],
    [
      'classes for signs',
      { ...plane, 'data/y': [[3], [1, 2, 1]] },
      ['attack', ...folders],
      /to be −1 or \+1, got 2 at \[1\]; try np\.save\(path, 2 \* y - 3\)$/,
    ],
  ];
  it.each(wrong)('is said in one line, with exit code 2: %s', async (_, arrays, args, line) => {
    const ended = await inOneProcess(args, folderOf(arrays));
    expect(onlyLine(ended)).toMatch(line);
    expect(ended.code).toBe(2);
    expect(ended.out).toBe('');
  });

  it.each(['linf', 'l1'])('a run drawn in law stands in no coordinates for %s', async (norm) => {
    const cwd = folderOf(plane);
    writeFileSync(join(cwd, 'net/run.json'), JSON.stringify({ axes: { sampling: 'law' } }));
    const ended = await inOneProcess(['attack', ...folders, '--norm', norm], cwd);
    expect(onlyLine(ended)).toMatch(
      new RegExp(`^expected a net in the coordinates of its data for --norm ${norm}, got net`),
    );
    expect(ended.code).toBe(2);
    rmSync(join(cwd, 'net/run.json'));
    expect(existsSync(join(cwd, 'net/run.json'))).toBe(false);
    expect((await inOneProcess(['attack', ...folders, '--norm', norm], cwd)).code).toBe(0);
  });
});

describe('progress over points', () => {
  /** A stream that keeps what is written. */
  const stream = (isTTY: boolean): { readonly written: string[]; readonly stream: NodeJS.WriteStream } => {
    const written: string[] = [];
    return {
      written,
      stream: {
        isTTY,
        columns: 90,
        write: (text: string) => written.push(text),
      } as unknown as NodeJS.WriteStream,
    };
  };

  it('says how far, how long, and how long still, once it can tell', () => {
    expect(pointsLine(10, 40, 20_000)).toBe('10/40 points · 20 s · about 1 min 00 s left');
    expect(pointsLine(1, 40, 100)).toBe('1/40 points · 0 s');
    expect(pointsLine(40, 40, 20_000)).toBe('40/40 points · 20 s');
    expect(pointsLine(1, 1, 900)).toBe('1/1 point · 1 s');
  });

  it.each([
    [true, 20, /^clear\d+\/2000 points · /],
    [false, 3, /^\d+\/2000 points · \d+ s · about \d+ s left\n$/],
  ] as const)(
    'on a terminal (%s) writes %i times of 2000, and leaves nothing behind',
    (isTTY, times, line) => {
      const { written, stream: out } = stream(isTTY);
      let now = 0;
      const view = pointsView(2000, out, () => now);
      for (let done = 1; done <= 2000; done++) {
        // Two seconds on a terminal, seventeen without one.
        now += isTTY ? 1 : 8.5;
        view.show(done);
      }
      expect(written.length).toBe(times);
      for (const text of written) expect(text.replace('\r\u001b[K', 'clear')).toMatch(line);
      view.end();
      expect(written.length).toBe(isTTY ? times + 1 : times);
      if (isTTY) expect(written.at(-1)).toBe('\r\u001b[K');
    },
  );

  it('is silent where there is nothing to wait for', () => {
    const { written, stream: out } = stream(true);
    const view = pointsView(5, out, () => 0);
    for (let done = 1; done <= 5; done++) view.show(done);
    view.end();
    expect(written).toEqual([]);
  });
});
