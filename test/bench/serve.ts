/** Our cells by the protocol of the peers: `node serve.js law|explicit|tfjs [float32]`, a request a line, an answer a line. */
import { createInterface } from 'node:readline';
import { cell, type CellResult } from './cell.js';
import type { Answer, Facts, Request } from './protocol.js';

const [, , who = 'explicit', precision = 'float64'] = process.argv;
const tfjs = who === 'tfjs';
const sampling = who === 'law' ? 'law' : 'explicit';
const tell = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

const run = ({ d, n, m, T, k, pgdSteps }: Request, seed: number): Promise<CellResult> =>
  cell(
    {
      dimension: d,
      samples: n,
      width: m,
      steps: T,
      clusters: k,
      attackSteps: pgdSteps,
      sampling,
      precision: precision === 'float32' ? 'float32' : 'float64',
      trainer: tfjs ? 'tfjs' : 'ours',
    },
    { bench: 'cell', seed },
  );

async function answer(request: Request): Promise<Answer> {
  const runs: CellResult[] = [];
  for (let i = 0; i < (request.repeats ?? 1); i++) runs.push(await run(request, request.seed + i));
  runs.sort((a, b) => a.total - b.total);
  const { seconds, total, robustAccuracy, cleanAccuracy } = runs[(runs.length - 1) >> 1]!;
  return {
    dataAndTrain: seconds.random + seconds.kernel + seconds.training,
    attack: seconds.attack,
    total,
    seconds,
    robustAccuracy,
    cleanAccuracy,
    extrapolated: [],
  };
}

tell({
  library: tfjs ? 'marginalia, trained by TensorFlow.js' : 'marginalia',
  precision: tfjs ? 'float32' : precision === 'float32' ? 'float32 where K is' : 'float64',
  threads: 1,
} satisfies Facts);
for await (const line of createInterface({ input: process.stdin })) {
  try {
    tell(await answer(JSON.parse(line) as Request));
  } catch (cause) {
    tell({ error: cause instanceof Error ? cause.message : String(cause) });
  }
}
