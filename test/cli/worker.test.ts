import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { freePort, hasRedis, RedisServer } from '../sweep/redis.js';
import { emptyFolder, fixture, marginalia, onlyLine } from './marginalia.js';

// Processes start, die and are waited for: a machine with other work takes its time.
vi.setConfig({ testTimeout: 180_000 });

const bin = join(dirname(fileURLToPath(import.meta.resolve('marginalia/package.json'))), 'bin/run.js');

/** A process that may be killed, and what it has said so far. */
interface Running {
  readonly child: ChildProcess;
  readonly said: () => string;
  readonly ended: Promise<number | null>;
}

function start(args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], COLUMNS: '100', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
  return { child, said: () => said, ended: once(child, 'close').then(([code]) => code as number | null) };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await wait(30);
}

const sweep = (sleepMs: number): string => `
  import { defineSweep, integer } from '@marginalia/sweep';
  export default defineSweep({
    name: 'mine',
    question: 'How large is a uniform number?',
    axes: { samples: integer('n', { atLeast: 1 }) },
    values: { samples: [1, 2] },
    presets: { quick: { about: 'a moment', values: {}, replicates: 20 } },
    defaultPreset: 'quick',
    claims: [],
    cost: () => 1,
    run: async (_, random) => {
      await new Promise((resolve) => setTimeout(resolve, ${sleepMs}));
      return { draw: random.uniform() };
    },
  });`;

function lines(folder: string): string[] {
  const journal = join(folder, 'journal');
  if (!existsSync(journal)) return [];
  return readdirSync(journal)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(join(journal, name), 'utf8').trimEnd().split('\n'))
    .filter((line) => line !== '')
    .sort();
}

describe.skipIf(!hasRedis)('a sweep over Redis', () => {
  let server: RedisServer;
  beforeAll(async () => (server = await RedisServer.start('--requirepass', 'right-word')));
  afterAll(() => server.stop());
  const url = (password: string): string => `redis://:${password}@127.0.0.1:${server.port}`;

  it('survives its driver, keeps other code away, and ends with the bytes of one thread', async () => {
    const cwd = emptyFolder();
    mkdirSync(join(cwd, 'other'));
    writeFileSync(join(cwd, 'mine.ts'), sweep(40));
    writeFileSync(join(cwd, 'other/mine.ts'), sweep(41));
    const redis = ['--redis', url('right-word')];
    const driving = ['run', 'mine.ts', '--engine', 'bullmq', ...redis, '--out', 'shared'];
    const stranger = start(['worker', ...redis, '--sweep', 'other/mine.ts', '--threads', '1'], cwd);
    const victim = start(driving, cwd);
    await until(() => stranger.said().includes('expected the code'));
    expect(stranger.said()).toMatch(
      /\nmine: expected the code of the driver on .*, [0-9a-f]{12}, got [0-9a-f]{12} here;/,
    );
    expect(lines(join(cwd, 'shared'))).toEqual([]);

    const worker = start(['worker', ...redis, '--threads', '1'], cwd);
    await until(() => lines(join(cwd, 'shared')).length >= 3);
    victim.child.kill('SIGKILL');
    expect(lines(join(cwd, 'shared')).length).toBeLessThan(40);

    const [resumed, local] = await Promise.all([
      marginalia([...driving, '--json'], { cwd }),
      marginalia(['run', 'mine.ts', '--threads', '1', '--out', 'local', '--json'], { cwd }),
    ]);
    // A sweep without claims has nothing supported.
    expect([resumed.code, local.code]).toEqual([3, 3]);
    const document = JSON.parse(resumed.out) as { computed: number; reused: number };
    expect(document.computed + document.reused).toBe(40);
    expect(document.reused).toBeGreaterThanOrEqual(3);
    expect({ ...document, computed: 40, reused: 0, out: 'local' }).toEqual(JSON.parse(local.out));
    expect(lines(join(cwd, 'shared'))).toEqual(lines(join(cwd, 'local')));

    for (const { child, ended, said } of [worker, stranger]) {
      child.kill('SIGINT');
      expect(await ended).toBe(130);
      expect(said()).toMatch(/stopped; what was at work is back in the queue\n$/);
      expect(said()).not.toContain('right-word');
    }
  });

  it('is refused in one line without its password, its Redis or its engine', async () => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, 'mine.ts'), sweep(1));
    const [wrong, unreachable, stray, nowhere] = await Promise.all([
      marginalia(['worker', '--redis', url('wrong-word')], { cwd }),
      marginalia(['worker'], { cwd, env: { MARGINALIA_REDIS: 'redis://:secret@127.0.0.1:1' } }),
      marginalia(['run', 'mine.ts', '--redis', url('right-word')], { cwd }),
      marginalia(['run', 'mine.ts', '--engine', 'bullmq'], { cwd }),
    ]);
    expect(onlyLine(wrong)).toContain('got a wrong user or password; try redis://user:password@host');
    expect(onlyLine(unreachable)).toMatch(
      /^expected a Redis at redis:\/\/127.0.0.1:1, got nobody who listens there/,
    );
    expect(onlyLine(stray)).toBe(
      'expected --engine bullmq beside --redis, got --engine local; try --engine bullmq',
    );
    expect(onlyLine(nowhere)).toContain('by --redis or MARGINALIA_REDIS, got nothing');
    for (const ended of [wrong, unreachable, stray, nowhere]) {
      expect(ended.code).toBe(2);
      expect(ended.err).not.toMatch(/wrong-word|right-word|secret/);
    }
  });
});

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!hasRedis || !hasOpenssl)('a Redis behind TLS', () => {
  it('is served where its certificate is trusted, and refused in one line where it is not', async () => {
    const cwd = emptyFolder();
    const [certificate, key] = [join(cwd, 'cert.pem'), join(cwd, 'key.pem')];
    const made = spawnSync(
      'openssl',
      `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=queue -addext subjectAltName=IP:127.0.0.1 -keyout ${key} -out ${certificate}`.split(
        ' ',
      ),
    );
    expect(made.status).toBe(0);
    const port = await freePort();
    const tls = `--tls-port ${port} --tls-auth-clients no --tls-ca-cert-file ${certificate} --tls-cert-file ${certificate} --tls-key-file ${key}`;
    const server = await RedisServer.start(...tls.split(' '));
    onTestFinished(() => server.stop());
    const url = `rediss://127.0.0.1:${port}`;
    const trusting = start(['worker', '--redis', url], cwd, { NODE_EXTRA_CA_CERTS: certificate });
    const wary = await marginalia(['worker', '--redis', url], { cwd });
    expect(onlyLine(wary)).toBe(
      `expected a Redis at ${url}, got a certificate that cannot be verified; try NODE_EXTRA_CA_CERTS=ca.pem`,
    );
    expect(wary.code).toBe(2);
    await until(() => trusting.said() !== '');
    expect(trusting.said()).toMatch(new RegExp(`^worker .*, at ${url}\n$`));
    trusting.child.kill('SIGTERM');
    expect(await trusting.ended).toBe(130);
  });
});

describe('what needs no Redis', () => {
  const loading = async (args: readonly string[]): Promise<string> => {
    const tell =
      "process.on('exit', () => process.stderr.write(Object.keys(process.getBuiltinModule('module')._cache).join('\\n')))";
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(tell)}` };
    return (await marginalia(args, { cwd: emptyFolder(), env })).err;
  };
  const clients = /node_modules\/(bullmq|ioredis|msgpackr)\//;

  it.each([
    [['--help']],
    [['worker', '--help']],
    [['run', fixture('supported.ts'), '--preset', 'one', '--threads', '1']],
  ])('loads no client of it: %j', async (args) => {
    const err = await loading(args);
    expect(err).toMatch(/node_modules\/@oclif/);
    expect(err).not.toMatch(clients);
  });

  it('and what needs it does, by the same list', async () => {
    expect(await loading(['worker', '--redis', 'redis://127.0.0.1:1'])).toMatch(clients);
  });
});
