/** Those who drive a sweep: in this process, or in one that can be killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execute, type PlanOptions, type Shard, shardOf } from '@marginalia/sweep';
import { bullmq } from '@marginalia/sweep/bullmq';
import * as Effect from 'effect/Effect';
import * as Fiber from 'effect/Fiber';
import type { Cluster } from '../../slurm/cluster.js';
import { planned, reference } from './truth.js';

export interface Drive {
  readonly out: string;
  readonly asked: PlanOptions;
  readonly shard?: Shard | undefined;
  readonly threads: number;
  /** The URL of a Redis, where workers are to perform the runs. */
  readonly redis?: string | undefined;
}

/** `join`: it ends by itself. `close`: it begins no further run. `interrupt`: Ctrl-C. `kill`: kill -9. */
export type End = 'join' | 'close' | 'interrupt' | 'kill';

export interface Said {
  readonly computed?: number;
  readonly reused?: number;
  readonly measured?: number;
  readonly error?: string;
}

export interface Driver {
  readonly lives: () => boolean;
  /** Resolves once it has ended. */
  readonly end: (how: End) => Promise<Said>;
}

export function driveHere({ out, asked, shard, threads, redis }: Drive): Driver {
  const whole = planned(asked);
  const closing = new AbortController();
  const fleet = redis === undefined ? {} : { engine: bullmq({ redis }), memory: Infinity };
  const options = { reference, out, threads, closing: closing.signal, ...fleet };
  const fiber = Effect.runFork(execute(shard ? shardOf(whole, shard) : whole, options));
  let lives = true;
  fiber.addObserver(() => (lives = false));
  return {
    lives: () => lives,
    end: async (how) => {
      if (how === 'close') closing.abort();
      if (how === 'interrupt' || how === 'kill') {
        await Effect.runPromise(Fiber.interrupt(fiber));
        return {};
      }
      const { computed, reused, measured } = await Effect.runPromise(Fiber.join(fiber));
      return { computed, reused, measured };
    },
  };
}

const file = fileURLToPath(new URL('./fixtures/drive.js', import.meta.url));
const signals = { close: 'SIGUSR2', interrupt: 'SIGINT', kill: 'SIGKILL' } as const;

export function driveApart(drive: Drive): Driver {
  const child = spawn(process.execPath, [file, JSON.stringify(drive)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return heeding(child, (how) => void child.kill(signals[how]));
}

/** The shards of a drive as an array of jobs: `shard.of` of them, whatever `shard.index` says. */
export function driveBySlurm(cluster: Cluster, drive: Drive): Driver {
  const shard = { index: 0, of: drive.shard?.of ?? 1 };
  const words = [process.execPath, file, JSON.stringify({ ...drive, shard })];
  const job = ['--parsable', '--wait', `--array=0-${shard.of - 1}`, '--output=/dev/null'];
  const wrapped = `exec ${words.map((word) => `'${word}'`).join(' ')}`;
  const env = { ...cluster.env, LIFE_TROUBLE: process.env['LIFE_TROUBLE'] };
  const child = spawn('sbatch', [...job, '--wrap', wrapped], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let number = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (number += text));
  return heeding(child, async (how) => {
    while (!number.includes('\n') && child.exitCode === null) await pause(20);
    const signal = { close: 'USR2', interrupt: 'INT', kill: 'KILL' }[how];
    // A job that has ended meanwhile heeds nothing.
    await cluster.call('scancel', `--signal=${signal}`, '--full', number.trim()).catch(() => '');
    if (how === 'kill') await cluster.call('scancel', number.trim()).catch(() => '');
  });
}

/** What a process says when it ends; `signal` is how it is told to. */
function heeding(child: ChildProcess, signal: (how: Exclude<End, 'join'>) => void | Promise<void>): Driver {
  let said = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (said += text));
  const closed = once(child, 'close');
  const lives = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    lives,
    end: async (how) => {
      if (how !== 'join' && lives()) await signal(how);
      await closed;
      return said.startsWith('{') ? (JSON.parse(said) as Said) : {};
    },
  };
}
