/** Rounds in which everybody runs the same cell in turn, so that a busy minute of the machine weighs on all alike. */
import { Refused, type Answer, type Request } from './protocol.js';
import type { Server } from './server.js';
import { median } from './statistics.js';

export interface RaceOptions {
  readonly rounds: number;
  /** A full run of a peer that would take longer than so many seconds is extrapolated from fewer steps. */
  readonly patience: number;
  /** Called with one line when somebody is refused or declines. */
  readonly onWord: (line: string) => void;
}

export interface Entry {
  readonly server: Server;
  readonly answers: readonly Answer[];
  readonly totals: readonly number[];
}

/** A turn is repeated until it lasts so many seconds: the median of several short cells is steadier than one. */
const turn = 0.3;
const mostRepeats = 25;
/** Who takes so much longer than the fastest of its group in the first round sits out the rest. */
const hopeless = 1.5;
/** Rounds that take longer than so many seconds are run thrice at most. */
const longRound = 60;

/** Those that answered, in the order given, with as many answers as rounds they ran. */
export async function race(
  servers: readonly Server[],
  request: Request,
  options: RaceOptions,
): Promise<readonly Entry[]> {
  const running: { server: Server; request: Request; answers: Answer[]; out: boolean }[] = [];
  for (const server of servers) {
    await orWord(options, async () => {
      running.push({ server, request: await paced(server, request, options), answers: [], out: false });
    });
  }
  let { rounds } = options;
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    for (const runner of running.filter(({ out }) => !out)) {
      const seed = request.seed + 100 * (round + 1);
      const answered = await orWord(options, async () =>
        runner.answers.push(await runner.server.ask({ ...runner.request, seed })),
      );
      if (!answered) runner.out = true;
    }
    if (round === 0) {
      if ((performance.now() - began) / 1000 > longRound) rounds = Math.min(rounds, 3);
      for (const runner of running) runner.out ||= isHopeless(runner, running);
    }
  }
  return running
    .filter(({ answers }) => answers.length > 0)
    .map(({ server, answers }) => ({ server, answers, totals: answers.map(({ total }) => total) }));
}

/** The fastest of a group by its median. */
export function fastest(entries: readonly Entry[], group: string): Entry | undefined {
  return entries
    .filter(({ server }) => server.contestant.group === group)
    .toSorted((a, b) => median(a.totals) - median(b.totals))[0];
}

/** Runs that do not count, of few steps where that is known how: they warm up, and say how long a full one takes. */
async function paced(server: Server, request: Request, { patience }: RaceOptions): Promise<Request> {
  const isPeer = server.facts.blas !== undefined;
  const few = {
    trainSteps: Math.min(request.T, Math.max(5, Math.round(request.T / 50))),
    attackSteps: Math.min(request.pgdSteps, 5),
  };
  const trial = { ...request, ...(isPeer ? few : {}) };
  // The first run of a process pays for what later ones find ready.
  await server.ask(trial);
  const { total } = await server.ask(trial);
  if (!isPeer || total <= patience)
    return { ...request, repeats: clamp(Math.ceil(turn / total), 1, mostRepeats) };
  // Extrapolated from a sixth of what patience allows.
  const share = patience / 6 / total;
  return {
    ...request,
    trainSteps: clamp(Math.round(share * request.T), few.trainSteps, request.T),
    attackSteps: clamp(Math.round(share * request.pgdSteps), few.attackSteps, request.pgdSteps),
  };
}

type Runner = { readonly server: Server; readonly answers: readonly Answer[] };

function isHopeless({ server, answers }: Runner, all: readonly Runner[]): boolean {
  const own = answers[0]?.total ?? Infinity;
  const rivals = all.filter((other) => other.server.contestant.group === server.contestant.group);
  return own > hopeless * Math.min(...rivals.map((other) => other.answers[0]?.total ?? Infinity));
}

async function orWord({ onWord }: RaceOptions, action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause;
    onWord(cause.message);
    return false;
  }
}

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));
