/** How the folders of a page stand while runs go on: read from the folders at every look, nothing is kept but what was last judged. */
import type { Status } from '@marginalia/sweep';
import { BadInput } from '@marginalia/core';
import { ago } from '../render/span.js';
import { failedIn, stateOf } from '../render/status.js';
import { anchorsOf } from './anchors.js';
import { escaped } from './html.js';
import { failureList, pageOf } from './page.js';
import { readSweep, type ReportedSweep } from './read.js';
import { placed, tallyList, verdictRows } from './verdict-table.js';

/** What the page asks for again and again. */
export interface Standing {
  readonly folders: readonly FolderStanding[];
  /** Names the runs that are there: pictures of another revision are old. */
  readonly revision: string;
  /** Every folder is complete. */
  readonly complete: boolean;
  readonly tally: string;
  readonly rows: string;
  readonly failures: string;
}

export interface FolderStanding {
  readonly folder: string;
  readonly state: string;
  readonly measured: number;
  readonly planned: number | null;
  readonly failed: number;
  readonly quiet: string;
  /** Of the processes at work, the one that will be at it longest; null where none says. */
  readonly remainingMs: number | null;
}

/** Judging takes at most this share of the time: the machine is there for the runs. */
const share = 0.1;

export class Watched {
  readonly #folders: readonly string[];
  #judged: { readonly revision: string; readonly sweeps: readonly ReportedSweep[] } | undefined;
  #judging: Promise<void> | undefined;
  #rendering: Promise<string> | undefined;
  #quietUntil = 0;
  #page: { readonly revision: string; readonly html: string } | undefined;

  constructor(folders: readonly string[]) {
    this.#folders = folders;
  }

  async standing(): Promise<Standing> {
    const folders = await this.#statuses();
    const revision = revisionOf(folders);
    if (this.#judged?.revision !== revision && performance.now() >= this.#quietUntil)
      await this.#judge(revision);
    const sweeps = this.#judged?.sweeps ?? [];
    return {
      folders: folders.map(({ folder, status }) => standingOf(folder, status)),
      revision,
      complete: folders.every(({ status }) => stateOf(status) === 'complete'),
      tally: sweeps.length > 0 ? tallyList(placed(sweeps)) : '',
      rows: verdictRows(sweeps, anchorsOf(sweeps)),
      failures: sweeps.map(({ failures, folder }) => failureList(failures, folder)).join(''),
    };
  }

  /** Two who ask for it at once get one page. */
  async page(): Promise<string> {
    this.#rendering ??= this.#render().finally(() => {
      this.#rendering = undefined;
    });
    return this.#rendering;
  }

  async #render(): Promise<string> {
    const revision = revisionOf(await this.#statuses());
    if (this.#page?.revision === revision) return this.#page.html;
    await this.#judge(revision);
    const html = await pageOf(this.#judged?.sweeps ?? [], { panel: panelOf(revision) });
    this.#page = { revision, html };
    return html;
  }

  async #statuses(): Promise<readonly { readonly folder: string; readonly status: Status }[]> {
    const { statusOf } = await import('@marginalia/sweep');
    return this.#folders.map((folder) => ({ folder, status: statusOf(folder) }));
  }

  /** Two who ask at once are answered by one judging. */
  async #judge(revision: string): Promise<void> {
    this.#judging ??= this.#judgeNow(revision).finally(() => {
      this.#judging = undefined;
    });
    await this.#judging;
  }

  async #judgeNow(revision: string): Promise<void> {
    const began = performance.now();
    const sweeps: ReportedSweep[] = [];
    for (const folder of this.#folders) {
      try {
        sweeps.push(await readSweep(folder, 'watch', { anytime: true }));
      } catch (error) {
        // Nothing measured yet: it will come.
        if (!(error instanceof BadInput) || !error.expected.startsWith('measured runs')) throw error;
      }
    }
    this.#judged = { revision, sweeps };
    const took = performance.now() - began;
    this.#quietUntil = performance.now() + took * (1 / share - 1);
  }
}

const revisionOf = (folders: readonly { readonly status: Status }[]): string =>
  folders.map(({ status }) => `${status.measured}+${failedIn(status)}`).join(',');

function standingOf(folder: string, status: Status): FolderStanding {
  const left = status.sessions.flatMap(({ lives, progress }) =>
    lives === 'yes' && progress.remainingMs !== undefined ? [progress.remainingMs] : [],
  );
  return {
    folder,
    state: stateOf(status),
    measured: status.measured,
    planned: status.planned ?? null,
    failed: failedIn(status),
    quiet: status.quietMs === undefined ? 'no activity yet' : `last activity ${ago(status.quietMs)}`,
    remainingMs: left.length > 0 ? Math.max(...left) : null,
  };
}

const panelOf = (revision: string): string => `
<section class="live" id="live" data-revision="${escaped(revision)}" aria-labelledby="live-title"><h2 id="live-title" style="margin-top:0">Now</h2>
<p id="live-state" role="status">Asking how the runs stand …</p>
<div id="live-folders"></div>
<div id="live-failures"></div>
<p><button type="button" id="live-redraw" hidden>Draw the figures anew</button></p></section>`;
