/**
 * Who is at work on an output folder: a file `running/*.json` a process, from before its first run to its end, rewritten
 * while it lives. The journal alone cannot tell: it knows a writer only once a run has ended.
 */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { alive } from './journal/lock.js';
import { makeFolder } from './journal/make-folder.js';
import type { Progress } from './progress.js';
import { writeAtomically } from './write-atomically.js';

/** How often a session says that it is there, ms. */
const beatMs = 2000;
/** After so long a silence of another machine's session its life is a guess, ms: disks are shared with delays. */
const silenceMs = 60_000;

const sessionsFolder = (out: string): string => join(out, 'running');

export interface Session {
  readonly close: () => void;
}

/** Never throws: a folder that takes no such file is worked on all the same. */
export function openSession(out: string, threads: number, progress: () => Progress): Session {
  forget(out, ({ host, lives }) => host === hostname() && lives === 'no');
  const path = join(sessionsFolder(out), `${process.pid}-${randomUUID().slice(0, 8)}.json`);
  const said = { pid: process.pid, host: hostname(), threads };
  const beat = (): void => {
    try {
      makeFolder(sessionsFolder(out));
      writeAtomically(path, `${JSON.stringify({ ...said, progress: progress() })}\n`);
    } catch {
      // Nothing depends on it but `status`.
    }
  };
  beat();
  const beating = setInterval(beat, beatMs).unref();
  return {
    close() {
      clearInterval(beating);
      remove(path);
      leave(out);
    },
  };
}

/** A session as another process sees it. */
export interface SeenSession {
  readonly pid: number;
  readonly host: string;
  /** `no`: its process is gone. `unknown`: another machine's, silent for a minute. */
  readonly lives: 'yes' | 'no' | 'unknown';
  /** Since it last said that it is there. */
  readonly silentMs: number;
  readonly threads: number;
  /** How far it had come then, of the runs that it was asked for. */
  readonly progress: Progress;
}

/** Those that did not end in peace are among them, until the next session on their machine takes their files away. */
export const readSessions = (out: string): readonly SeenSession[] => filed(out).map(({ session }) => session);

function filed(out: string): readonly { readonly path: string; readonly session: SeenSession }[] {
  let names: string[];
  try {
    names = readdirSync(sessionsFolder(out));
  } catch {
    return [];
  }
  return names
    .filter((name) => name.endsWith('.json'))
    .sort()
    .flatMap((name) => {
      const path = join(sessionsFolder(out), name);
      const session = read(path);
      return session ? [{ path, session }] : [];
    });
}

/** Undefined for one that ended meanwhile. */
function read(path: string): SeenSession | undefined {
  try {
    const silentMs = Math.max(0, Date.now() - statSync(path).mtimeMs);
    const said = JSON.parse(readFileSync(path, 'utf8')) as Omit<SeenSession, 'lives' | 'silentMs'>;
    const { pid, host } = said;
    const here = host === hostname() ? (alive(pid) ? 'yes' : 'no') : undefined;
    return { ...said, silentMs, lives: here ?? (silentMs < silenceMs ? 'yes' : 'unknown') };
  } catch {
    return undefined;
  }
}

function forget(out: string, gone: (session: SeenSession) => boolean): void {
  for (const { path, session } of filed(out)) if (gone(session)) remove(path);
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // A disk that was made read-only meanwhile.
  }
}

/** The last one takes the folder away. */
function leave(out: string): void {
  try {
    rmdirSync(sessionsFolder(out));
  } catch {
    // Others are at work.
  }
}
