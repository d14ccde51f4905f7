import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { encodeNpy } from 'marginalia';
import { describe, expect, it } from 'vitest';
import { emptyFolder, fixture, marginalia, onlyLine } from './marginalia.js';

const mixed = fixture('mixed.ts');

/** What is typed, and what the one line must say of it. */
const mistakes: readonly (readonly [readonly string[], RegExp])[] = [
  [['rum'], /^expected a command \(.*\), got "rum"; try npx marginalia run$/],
  [['--bogus'], /^expected a command .*, got "--bogus"; try npx marginalia --help$/],
  [['run'], /^expected a sweep, or the path of one, got nothing; try npx marginalia list sweeps$/],
  [
    ['run', 'no-such-sweep-at-all'],
    /^expected a sweep .*, got "no-such-sweep-at-all"; try npx marginalia list sweeps$/,
  ],
  [['run', 'absent.ts'], /^expected a sweep file, got absent\.ts, which does not exist$/],
  [['run', mixed, 'other.ts'], /^expected one sweep, got .*mixed\.ts and other\.ts; try npx marginalia run /],
  [['run', mixed, '--treads', '2'], /^expected a flag of this command, got --treads; try --threads$/],
  [
    ['run', mixed, '--threads', '0'],
    /^expected --threads to be a whole number ≥ 1 and ≤ 1024, got "0"; try --threads 2$/,
  ],
  [['run', mixed, '--threads', '1.5'], /got "1\.5"; try --threads 2$/],
  [
    ['run', mixed, '--replicates', 'x'],
    /^expected --replicates to be a whole number ≥ 1, got "x"; try --replicates 2$/,
  ],
  [
    ['run', mixed, '--replicates'],
    /^expected a value after --replicates, got nothing; try npx marginalia run --help$/,
  ],
  [
    ['run', mixed, '--preset', 'quik'],
    /^expected a preset of mixed \(quick, one\), got quik; try --preset quick$/,
  ],
  [
    ['run', mixed, '--preset', 'zzzzzz'],
    /^expected a preset of mixed \(quick, one\), got zzzzzz; try --preset quick or --preset one$/,
  ],
  [['run', mixed, 'quik'], /; try npx marginalia run \S*mixed\.ts --preset quick$/],
  [['run', mixed, '--set', 'size'], /^expected --set axis=value,…, got "size"; try --set dimension=64,256$/],
  [['run', mixed, '--set', 'size='], /^expected --set axis=value,…, got "size="/],
  [
    ['run', mixed, '--set', 'sise=1'],
    /^expected an axis of mixed \(size, shift\), got sise; try --set size=1$/,
  ],
  [['run', mixed, '--set', 'size=x'], /^expected size \(s, a size\) to be an integer ≥ 1, got "x"/],
  [['run', mixed, '--set', 'size=1', 'shift=a'], /^expected shift \(c, a shift\) to be a number, got "a"/],
  [['run', mixed, '--out', ''], /^expected --out to name a folder, got ""; try --out results\/mine$/],
  [['list', 'clams'], /^expected one of sweeps, claims, attacks, got clams; try npx marginalia list --help$/],
  [['list', 'sweeps', 'more'], /^expected no further argument, got more; try npx marginalia list --help$/],
  [['explain'], /^expected a claim: .*, got nothing; try npx marginalia explain --help$/],
  [
    ['explain', 'weight-decompositon'],
    /^expected a claim, got "weight-decompositon"; try npx marginalia explain weight-decomposition$/,
  ],
  [
    ['explain', 'nobody/weight-decomposition'],
    /^expected a claim, got .*; try npx marginalia explain (\S+\/)?weight-decomposition$/,
  ],
  [['explain', 'decomposition'], /; try npx marginalia explain weight-decomposition$/],
  [['explain', 'zzzzzzzzzzzzzzzzzzzz'], /^expected a claim, got "z+"; try npx marginalia list claims$/],
  [
    ['check', 'feature-averagin'],
    /^expected a sweep \(.*\) or the path of a \.ts or \.js file, got "feature-averagin"; try npx marginalia check feature-averaging$/,
  ],
  [['check', mixed, mixed], /^expected each sweep once, got mixed twice$/],
  [
    ['check', '--claims', 'averaged-radios'],
    /^expected --claims to name a claim, a paper, or a pattern of them such as .*, got "averaged-radios"; try npx marginalia check --claims averaged-radius$/,
  ],
  [
    ['check', '--claims', 'averaged-radius,exponent'],
    /got "exponent"; try npx marginalia check --claims '\*exponent\*'$/,
  ],
  [['check', '--claims', ''], /got ""; try npx marginalia list claims$/],
  [
    ['check', '--claims', 'published-curve-is-not-the-sum-radius'],
    /^expected a claim that a quick preset judges, got \S+; try npx marginalia run feature-decoupling --preset paper$/,
  ],
  [
    ['check', '--baseline', 'absent.json'],
    /^expected a baseline in absent\.json, got no such file; try npx marginalia check --update --baseline absent\.json$/,
  ],
  [['check', '--baseline', '.'], /^expected a baseline in \., got a folder; try another --baseline$/],
  [
    ['check', '--baseline', ''],
    /^expected --baseline to name a path, got ""; try --baseline baseline\.json$/,
  ],
  [['check', '--threads', 'x'], /^expected --threads to be a whole number/],
  [['check', '--out', ''], /^expected --out to name a path, got ""; try --out results$/],
  [
    ['list', 'sweeps', '--format', 'bibtex'],
    /^expected claims, which alone are listed as bibtex, got sweeps; try npx marginalia list claims --format bibtex$/,
  ],
  [
    ['list', 'claims', '--format', 'xml'],
    /^expected --format to be one of text, json, markdown, bibtex, got xml; /,
  ],
  [['list', '--json', '--format', 'text'], /^expected --json or --format, got both; try --format json$/],
  [['table'], /^expected the folder of the results of a sweep, got nothing; try npx marginalia list sweeps$/],
  [
    ['table', 'absent'],
    /^expected results of a sweep in absent, got no sweep\.json; try npx marginalia list sweeps$/,
  ],
  [
    ['table', '.', '--format', 'xml'],
    /^expected --format to be one of markdown, csv, json, latex, parquet, arrow, got xml; try npx marginalia table --help$/,
  ],
  [['table', '.', '--by', 'size', '--runs'], /^expected --runs or --by, got both; /],
  [
    ['replay', 'abc'],
    /^expected a run in \.\/results \(which holds no results; --out .*\), got "abc"; try npx marginalia list sweeps$/,
  ],
  [['inspect'], /^expected --net DIR, a folder of W\.npy, b\.npy and a\.npy \(or V\.npy\), got nothing$/],
  [
    ['inspect', '--net', 'absent', '--data', '.'],
    /^expected --net to be a folder with W\.npy, b\.npy and a\.npy \(or V\.npy\), got absent$/,
  ],
  [
    ['inspect', '--norm', 'l3'],
    /^expected --norm to be one of l2, linf, l1, got l3; try npx marginalia inspect --help$/,
  ],
];

describe('a mistake on the command line', () => {
  it.each(mistakes)('%j: one line, exit code 2', async (args, line) => {
    const ended = await marginalia(args, { cwd: emptyFolder() });
    expect(onlyLine(ended)).toMatch(line);
    expect(ended.code).toBe(2);
    expect(ended.out).toBe('');
  });
});

describe('a sweep file that is none', () => {
  it.each([
    [
      'does not parse',
      'export default {\n  name: "x",,\n};\n',
      /^expected a sweep that compiles, got mine\.ts:2: /,
    ],
    [
      'imports what is not there',
      'import { a } from "./absent.js";\nexport default a;\n',
      /got mine\.ts:1: Could not resolve "\.\/absent\.js"$/,
    ],
    [
      'imports a package of ours that is none',
      'import { a } from "@marginalia/nope";\nexport default a;\n',
      /got mine\.ts:1: @marginalia\/nope is not a package/,
    ],
    [
      'has no default export',
      'export const sweep = 1;\n',
      /^expected mine\.ts to be a module whose default export is a sweep, got no default export/,
    ],
    [
      'ends the process',
      'process.exit(0);\n',
      /^expected the command to come to its end, got an exit in the middle of it/,
    ],
    ['exports something else', 'export default 1;\n', /whose default export is a sweep, got something else/],
    [
      'throws',
      'throw new Error("boom");\n',
      /^expected mine\.ts to be a module .*, got one that does not load: boom$/,
    ],
  ])('%s: one line', async (_, text, line) => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, 'mine.ts'), text);
    const ended = await marginalia(['run', 'mine.ts'], { cwd });
    expect(onlyLine(ended)).toMatch(line);
    expect(ended.code).toBe(2);
  });
});

describe('a net or points that are none', () => {
  const arrays = {
    'net/W.npy': encodeNpy({ shape: [3, 2], data: Float64Array.of(1, 0, 0, 1, -1, -1) }),
    'net/b.npy': encodeNpy({ shape: [3], data: Float64Array.of(0, 0, 0.5) }),
    'net/a.npy': encodeNpy({ shape: [3], data: Float64Array.of(1, 1, -1) }),
    'data/X.npy': encodeNpy({ shape: [2, 2], data: Float64Array.of(1, 2, -3, -1) }),
    'data/y.npy': encodeNpy({ shape: [2], data: Float64Array.of(1, -1) }),
  } as const;

  it.each([
    ['a missing file', 'net/b.npy', undefined, /^expected a \.npy file at net\/b\.npy, got no such file$/],
    [
      'another format',
      'net/a.npy',
      Buffer.from('1 2 3'),
      /^expected net\/a\.npy to be a float64 or float32 \.npy array, got a file of another format/,
    ],
    [
      'a vector for W',
      'net/W.npy',
      encodeNpy({ shape: [6], data: new Float64Array(6) }),
      /^expected net\/W\.npy to have shape M × d, got \(6\)$/,
    ],
    [
      'too few biases',
      'net/b.npy',
      encodeNpy({ shape: [2], data: new Float64Array(2) }),
      /^expected net\/b\.npy to have 3 entries, one a neuron of W\.npy, got shape \(2\)$/,
    ],
    [
      'points of another dimension',
      'data/X.npy',
      encodeNpy({ shape: [2, 3], data: new Float64Array(6) }),
      /^expected data\/X\.npy to have 2 columns, as W\.npy has, got shape \(2, 3\)$/,
    ],
    [
      'NaN in the points',
      'data/X.npy',
      encodeNpy({ shape: [2, 2], data: Float64Array.of(1, 2, Number.NaN, 0) }),
      /^expected data\/X\.npy to hold finite numbers, got NaN at \[1, 0\]$/,
    ],
    [
      'labels of 0 and 1',
      'data/y.npy',
      encodeNpy({ shape: [2], data: Float64Array.of(1, 0) }),
      /^expected the labels in data\/y\.npy to be −1 or \+1, got 0 at \[1\]; try np\.save\(path, 2 \* y - 1\)$/,
    ],
    [
      'a label too few',
      'data/y.npy',
      encodeNpy({ shape: [1], data: Float64Array.of(1) }),
      /^expected data\/y\.npy to have 2 entries, one a row of X\.npy/,
    ],
    [
      'dependent centres',
      'data/centres.npy',
      encodeNpy({ shape: [2, 2], data: Float64Array.of(1, 2, 2, 4) }),
      /^expected the centres to be linearly independent/,
    ],
  ])('%s: one line', async (_, path, bytes, line) => {
    const cwd = emptyFolder();
    const files: Record<string, Uint8Array | undefined> = { ...arrays, [path]: bytes };
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(join(cwd, dirname(name)), { recursive: true });
      if (content) writeFileSync(join(cwd, name), content);
    }
    const ended = await marginalia(['inspect', '--net', 'net', '--data', 'data'], { cwd });
    expect(onlyLine(ended)).toMatch(line);
    expect(ended.code).toBe(2);
  });
});

describe('results that lie deeper than the folder named', () => {
  it('are named as they are typed', async () => {
    const cwd = emptyFolder();
    await marginalia(['run', mixed, '--preset', 'one'], { cwd });
    const ended = await marginalia(['table', 'results'], { cwd });
    expect(onlyLine(ended)).toBe(
      'expected results of a sweep in results, got a folder with 1 such folder below it; ' +
        'try npx marginalia table results/mixed/one',
    );
    expect(ended.code).toBe(2);
  });
});

describe('a bug of ours', () => {
  /** Nothing that can be typed should be one: the process is broken from outside. */
  const broken = {
    NODE_OPTIONS:
      '--import "data:text/javascript,process.stdout.write=()=>{throw%20new%20TypeError(String.raw`torn`)}"',
  };

  it('is one line that says where to go with it; the stack only for whoever asks; exit code 70', async () => {
    const ended = await marginalia(['list', 'attacks'], { env: broken });
    expect(onlyLine(ended)).toMatch(
      /^a bug of marginalia, not of your input: TypeError: torn; please report .* MARGINALIA_STACK=1$/,
    );
    expect(ended.code).toBe(70);
    const asked = await marginalia(['list', 'attacks'], { env: { ...broken, MARGINALIA_STACK: '1' } });
    expect(asked.err).toMatch(/^TypeError: torn\n +at /);
    expect(asked.code).toBe(70);
  });
});
