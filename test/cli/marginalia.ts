/** The built command line, as a user meets it: a process with a folder, standard output, standard error and an exit code. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export const bin = join(dirname(fileURLToPath(import.meta.resolve('marginalia/package.json'))), 'bin/run.js');

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** `interruptAfter`: send SIGINT so many milliseconds after the first word on standard error. */
export function marginalia(
  args: readonly string[],
  options: {
    readonly cwd?: string;
    readonly interruptAfter?: number;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: options.cwd ?? tmpdir(),
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], COLUMNS: '100', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const { interruptAfter } = options;
  if (interruptAfter !== undefined) {
    child.stderr.once('data', () => setTimeout(() => child.kill('SIGINT'), interruptAfter));
  }
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

/** A fresh folder, gone after the test. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'marginalia-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const fixture = (name: string): string =>
  fileURLToPath(new URL(`./fixtures/sweeps/${name}`, import.meta.url));

/** The one line on standard error; fails the test when there are more, or a stack trace. */
export function onlyLine({ err }: Ended): string {
  const lines = err.trimEnd().split('\n');
  if (lines.length !== 1)
    throw new Error(`expected one line on standard error, got ${lines.length}:\n${err}`);
  return lines[0] as string;
}
