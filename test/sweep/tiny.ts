/** What every test of the engine needs: the tiny sweep, plans of it, and folders that vanish. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  execute,
  type ExecuteOptions,
  type Execution,
  loadSweep,
  plan,
  type Plan,
  type PlanOptions,
} from '@marginalia/sweep';
import * as Effect from 'effect/Effect';
import { onTestFinished } from 'vitest';

export const reference = {
  module: fileURLToPath(new URL('./fixtures/tiny.js', import.meta.url)),
  spelled: 'tiny',
};
export const driver = fileURLToPath(new URL('./fixtures/driver.js', import.meta.url));
export const tiny = await loadSweep(reference);

export const tinyPlan = (options: Partial<PlanOptions> = {}): Plan =>
  plan(tiny, { code: 'test', ...options });

export const run = (
  asked: Plan,
  options: Partial<ExecuteOptions> & { readonly out: string },
): Promise<Execution> => Effect.runPromise(execute(asked, { reference, threads: 2, ...options }));

export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'marginalia-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export const journalNames = (out: string): string[] => readdirSync(join(out, 'journal')).sort();

export const lines = (out: string): string[] =>
  journalNames(out)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(join(out, 'journal', name), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .sort();
