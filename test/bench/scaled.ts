/** A process of its own: scaled.js <runs> executes so many runs and prints what that took. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execute, loadSweep, plan, storedEvidence, verdictOf } from '@marginalia/sweep';
import * as Effect from 'effect/Effect';

export interface Scaled {
  /** Seconds of processor time to name the runs. */
  readonly plan: number;
  /** The same, of all threads, to perform them. */
  readonly processor: number;
  /** The most bytes resident while they were performed. */
  readonly resident: number;
  /** The same, to read back what was measured and to judge one claim by it. */
  readonly verdict: number;
  /** Journal files beyond what their size asks for. */
  readonly surplus: number;
}

/** Where the writer begins the next file. */
const rollBytes = 64e6;

/** Seconds of processor time since: others at work on the machine take none of it. */
function seconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
}

async function scaled(runs: number): Promise<Scaled> {
  const module = fileURLToPath(new URL('./fifty.js', import.meta.url));
  const definition = await loadSweep({ module });
  const out = mkdtempSync(join(tmpdir(), 'marginalia-bench-'));
  try {
    let since = process.cpuUsage();
    const asked = plan(definition, { code: 'bench', replicates: runs / 100 });
    const planned = seconds(since);
    let resident = 0;
    const looking = setInterval(() => (resident = Math.max(resident, process.memoryUsage.rss())), 50);
    since = process.cpuUsage();
    const { failures } = await Effect.runPromise(execute(asked, { reference: { module }, out, threads: 1 }));
    const processor = seconds(since);
    clearInterval(looking);
    if (failures.length > 0) throw new Error(`${failures.length} runs failed`);
    since = process.cpuUsage();
    const evidence = await storedEvidence(asked, out);
    if (evidence.length !== runs) throw new Error(`${evidence.length} of ${runs} runs are there`);
    for (const claim of asked.claims) verdictOf(claim, evidence);
    const verdict = seconds(since);
    const files = readdirSync(join(out, 'journal')).map((name) => statSync(join(out, 'journal', name)).size);
    const bytes = files.reduce((sum, size) => sum + size, 0);
    const surplus = files.length - Math.ceil(bytes / rollBytes);
    return { plan: planned, processor, resident, verdict, surplus };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

process.stdout.write(JSON.stringify(await scaled(Number(process.argv[2]))));
