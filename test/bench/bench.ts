/** `npm run bench`: ours and the scripts that a researcher would write, on this machine, in turn. */
import { asked, usage, type Asked } from './asked.js';
import { ours, peers, type Absent, type Contestant } from './contestants.js';
import { rowsOf, type BenchDocument, type Row } from './document.js';
import { kernelHooks } from './hooks.js';
import { measureKernel } from './kernels.js';
import { machine } from './machine.js';
import { isMissed, measures } from './measures.js';
import { scale } from './scale.js';
import { measurePeaks } from './peaks.js';
import { Refused } from './protocol.js';
import { race } from './race.js';
import { report } from './report.js';
import { Server } from './server.js';
import { reference, settings } from './settings.js';

type Run = Extract<Asked, { readonly kind: 'run' }>;

const what = asked(process.argv.slice(2));
switch (what.kind) {
  case 'help':
    process.stdout.write(usage);
    break;
  case 'refused':
    process.stderr.write(`${what.line}\n`);
    process.exitCode = 2;
    break;
  case 'run': {
    const document = await bench(what);
    process.stdout.write(what.json ? `${JSON.stringify(document, null, 2)}\n` : report(document));
    break;
  }
}

async function bench(run: Run): Promise<BenchDocument> {
  const words = new Set<string>();
  const onWord = (line: string): void => void words.add(line);
  const found = {
    ...(await raced(run, onWord)),
    measures: await measured(run, onWord),
    ...(await kernels(run, onWord)),
  };
  return { machine: machine(), patience: run.patience, ...found, words: [...words] };
}

async function raced(
  { only, rounds, patience, float64, float32 }: Run,
  onWord: (line: string) => void,
): Promise<Pick<BenchDocument, 'contestants' | 'rows'>> {
  const wanted = settings.filter(({ name }) => only.test(name));
  const rows: Row[] = [];
  if (wanted.length === 0) return { contestants: {}, rows };
  // All of them before the first row, so that no row waits for a library to load.
  const servers: Server[] = [];
  const everybody: (Contestant | Absent)[] = [
    ...(['law', 'explicit', 'tfjs'] as const).map((group) => ours(group, float32 ? 'float32' : 'float64')),
    ...peers({ threads: [1, 2], float64 }),
  ];
  try {
    for (const one of everybody) {
      if ('word' in one) onWord(one.word);
      else await orWord(onWord, async () => servers.push(await Server.start(one)));
    }
    for (const setting of wanted) {
      progress(setting.name);
      const groups = new Set<string>([...Object.keys(setting.ours), ...setting.against]);
      const taking = servers.filter(({ contestant }) => groups.has(contestant.group));
      const entries = await race(taking, { ...reference, ...setting.differs }, { rounds, patience, onWord });
      rows.push(...rowsOf(setting, entries));
    }
  } finally {
    for (const server of servers) server.close();
  }
  return {
    contestants: Object.fromEntries(
      servers.map(({ contestant: { group, name }, facts }) => [`${group} ${name}`, facts]),
    ),
    rows,
  };
}

async function measured(
  { only, rounds }: Run,
  onWord: (line: string) => void,
): Promise<BenchDocument['measures']> {
  const results: BenchDocument['measures'][number][] = [];
  for (const { name, unit, floor, measure } of [...measures, ...scale].filter(({ name }) =>
    only.test(name),
  )) {
    progress(name);
    await orWord(onWord, async () => {
      const timing = await measure(rounds);
      results.push({ name, unit, floor, timing, missed: isMissed({ floor }, timing) });
    });
  }
  return results;
}

async function kernels(
  { only }: Run,
  onWord: (line: string) => void,
): Promise<Pick<BenchDocument, 'peaks' | 'kernels'>> {
  if (!only.test('kernels')) return { kernels: [] };
  progress('kernels');
  const peaks = measurePeaks();
  const results: BenchDocument['kernels'][number][] = [];
  await orWord(onWord, async () => {
    for (const hook of await kernelHooks()) results.push(measureKernel(hook, peaks));
  });
  return { peaks, kernels: results };
}

/** What cannot be measured leaves the rest to be measured, and one line. */
async function orWord(onWord: (line: string) => void, action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (cause) {
    const line = cause instanceof Error ? cause.message : String(cause);
    onWord(cause instanceof Refused ? line : `not measured: ${line}`);
  }
}

function progress(name: string): void {
  process.stderr.write(`… ${name}\n`);
}
