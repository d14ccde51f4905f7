/** A Slurm of one machine: munged, slurmctld and slurmd on folders and ports of their own, gone when they are stopped. */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const daemons = ['munged', 'slurmctld', 'slurmd'] as const;
const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;

/** What is missing for it; undefined where all is there. */
export const slurmLacks = (): string | undefined =>
  [...daemons, 'sbatch'].find((name) => spawnSync('which', [name], { env: { PATH: path } }).status !== 0);

export interface Cluster {
  /** What makes Slurm's commands speak to this cluster. */
  readonly env: Readonly<Record<string, string>>;
  /** One of Slurm's commands; what it printed. */
  readonly call: (command: string, ...args: readonly string[]) => Promise<string>;
  /** Until no job waits or works. */
  readonly idle: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Long enough for the slowest machine; a cluster is up within a second, a job ends within seconds. */
const patienceMs = 50_000;

/** Polls until the condition is met. */
export async function until(what: string, met: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + patienceMs; !(await met());) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await sleep(50);
  }
}

/** `maxArraySize`: arrays of at most so many tasks. Four processors, whatever the machine has. */
export async function startCluster(maxArraySize: number): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'marginalia-slurm-'));
  // munged wants its socket within reach of everybody.
  chmodSync(folder, 0o755);
  for (const name of ['state', 'spool', 'munge']) mkdirSync(join(folder, name), { mode: 0o755 });
  const env = { PATH: path, SLURM_CONF: join(folder, 'slurm.conf') };
  const children: ChildProcess[] = [];
  const start = (command: string, ...args: readonly string[]): void => {
    children.push(spawn(command, args, { env, stdio: 'ignore' }));
  };
  const call = async (command: string, ...args: readonly string[]): Promise<string> =>
    (await promisify(execFile)(command, args, { env })).stdout;
  const active = async (): Promise<boolean> => (await call('squeue', '--noheader', '--format=%i')) !== '';
  const stop = async (): Promise<void> => {
    try {
      await call('scancel', '--signal=KILL', '--full', `--user=${userInfo().username}`).catch(() => '');
      await until('no job works', async () => !(await active())).catch(() => undefined);
    } finally {
      for (const child of children.toReversed()) child.kill('SIGTERM');
      await Promise.race([Promise.all(children.map(ended)), sleep(5000)]);
      for (const child of children) child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  };
  try {
    const key = join(folder, 'munge', 'key');
    writeFileSync(key, randomBytes(1024), { mode: 0o400 });
    const socket = join(folder, 'munge', 'socket');
    const munge = ['pid', 'log', 'seed'].map((name) => `--${name}-file=${join(folder, 'munge', name)}`);
    start('munged', '--foreground', '--force', `--key-file=${key}`, `--socket=${socket}`, ...munge);
    await until('munged listens', () => existsSync(socket));
    const ports = [await freePort(), await freePort()];
    writeFileSync(env.SLURM_CONF, configuration(folder, socket, ports, maxArraySize));
    start('slurmctld', '-D', '-c', '-f', env.SLURM_CONF);
    start('slurmd', '-D', '-f', env.SLURM_CONF, '-N', node);
    await until('the node is idle', async () =>
      (await call('sinfo', '--noheader', '--format=%T').catch(() => '')).startsWith('idle'),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { env, call, stop, idle: () => until('no job waits or works', async () => !(await active())) };
}

const node = hostname().split('.')[0] ?? 'localhost';

/** No accounting, no control groups, no systemd; jobs start as soon as they may. */
const configuration = (
  folder: string,
  socket: string,
  [controller, worker]: readonly number[],
  size: number,
): string =>
  `ClusterName=one
SlurmctldHost=${node}(127.0.0.1)
SlurmctldPort=${controller}
SlurmdPort=${worker}
AuthType=auth/munge
AuthInfo=socket=${socket}
SlurmUser=${userInfo().username}
SlurmdUser=${userInfo().username}
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
SchedulerType=sched/builtin
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
MaxArraySize=${size}
KillWait=2
NodeName=${node} NodeAddr=127.0.0.1 CPUs=4 RealMemory=16000 State=UNKNOWN
PartitionName=main Nodes=${node} Default=YES MaxTime=INFINITE State=UP
`;

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** All journal lines of a folder of results, sorted. */
export const journalLines = (out: string): string[] =>
  journals(out)
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    .filter(Boolean)
    .sort();

export const journals = (out: string): string[] =>
  existsSync(join(out, 'journal'))
    ? readdirSync(join(out, 'journal'))
        .filter((name) => name.endsWith('.jsonl'))
        .map((name) => join(out, 'journal', name))
    : [];
