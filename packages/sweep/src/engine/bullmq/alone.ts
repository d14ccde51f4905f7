/** Performing a run in a process of its own: it may have been what killed the worker that had it before. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Run } from '../../identity.js';
import type { Outcome } from '../../journal/record.js';
import type { Alone } from './child.js';

/** Compiled, whoever is the parent: see `workerFile` of the pool. */
const file = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts') ? '../../../dist/engine/bullmq/child.js' : './child.js',
    import.meta.url,
  ),
);

export class AloneProcess {
  readonly #pool: Alone['pool'];
  #child: ChildProcess | undefined;

  constructor(pool: Alone['pool']) {
    this.#pool = pool;
  }

  /** One at a time. A process that dies is the run's failure, and the next run has a new one. Rejects once it is ended. */
  async perform(run: Run): Promise<Outcome> {
    const child = (this.#child ??= fork(file, {
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    }));
    try {
      return await new Promise<Outcome>((resolve, reject) => {
        child.once('message', (outcome: Outcome) => resolve(outcome));
        child.once('error', reject);
        child.once('close', (code, signal) => {
          if (this.#child !== child) return reject(new Error('stopped'));
          this.#child = undefined;
          resolve(ended(code, signal));
        });
        child.send({ pool: this.#pool, run } satisfies Alone);
      });
    } finally {
      child.removeAllListeners();
    }
  }

  end(): void {
    const child = this.#child;
    this.#child = undefined;
    child?.kill('SIGKILL');
  }
}

function ended(code: number | null, signal: NodeJS.Signals | null): Outcome {
  const how = signal === null ? `ended its process with code ${code}` : `ended its process by ${signal}`;
  return { kind: 'failed', failure: { kind: 'exited', message: `performed alone, the run ${how}` } };
}
