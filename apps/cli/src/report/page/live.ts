/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** A page that is served: asks how the runs stand, again and again, also after its server was away. */
import type { FolderStanding, Standing } from '../live.js';
import { span } from '../../render/span.js';
import { escaped } from '../html.js';

const pauseMs = 2000;
/** Throughput is over this long at most. */
const windowMs = 60_000;

const element = (id: string): HTMLElement | null => document.getElementById(id);
const samples: { readonly at: number; readonly ended: number }[] = [];
/** So that the page is loaded anew once, when all is there. */
const loadedAt = element('live')?.dataset['revision'];
let rows: string | undefined;

async function ask(): Promise<void> {
  try {
    const answer = await fetch('status', { cache: 'no-store' });
    if (!answer.ok) throw new Error(await answer.text());
    // The next page asks on: until it is there, this one would only ask for it again.
    if (show((await answer.json()) as Standing) === 'old') return location.reload();
  } catch {
    say('No answer from marginalia watch: trying again.');
    samples.length = 0;
  }
  setTimeout(() => void ask(), pauseMs);
}

/** Said aloud, so only when it changes. */
function say(text: string): void {
  const state = element('live-state');
  if (state && state.textContent !== text) state.textContent = text;
}

function show(standing: Standing): 'old' | 'new' {
  const { folders, revision, complete, tally, failures } = standing;
  const failed = folders.reduce((sum, one) => sum + one.failed, 0);
  say(
    `${[...new Set(folders.map(({ state }) => state))].join(', ')}${failed > 0 ? `; ${failed} failed` : ''}`,
  );
  const list = element('live-folders');
  if (list) list.innerHTML = folders.map(folderHtml).join('') + rate(folders);
  const failing = element('live-failures');
  if (failing && failing.innerHTML !== failures) failing.innerHTML = failures;
  const table = element('verdict-rows');
  // A filter at work has its own rows.
  if (table && rows !== standing.rows && !document.querySelector('#filters input:not(:checked)')) {
    rows = standing.rows;
    table.innerHTML = standing.rows;
    const summary = document.querySelector('.tally');
    if (summary && tally) summary.outerHTML = tally;
  }
  const button = element('live-redraw');
  if (button) button.hidden = revision === loadedAt;
  const first = standing.rows !== '' && document.querySelector('tr[data-claim]') === null;
  return (complete || first) && revision !== loadedAt ? 'old' : 'new';
}

function folderHtml({
  folder,
  state,
  measured,
  planned,
  failed,
  quiet,
  remainingMs,
}: FolderStanding): string {
  const ended = measured + failed;
  const words = [
    `${measured}${planned === null ? '' : ` of ${planned}`} measured`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(remainingMs !== null && state === 'running' ? [`about ${span(remainingMs)} left`] : []),
    state,
    quiet,
  ];
  return `<p class="meta"><strong>${escaped(folder)}</strong>: ${escaped(words.join(', '))}</p>${
    planned === null
      ? ''
      : `<progress aria-label="${escaped(folder)}" max="${planned}" value="${ended}"></progress>`
  }`;
}

/** Runs a second since this page looks, over the last minute. */
function rate(folders: readonly FolderStanding[]): string {
  const ended = folders.reduce((sum, { measured, failed }) => sum + measured + failed, 0);
  const now = performance.now();
  samples.push({ at: now, ended });
  while (samples.length > 2 && now - (samples[0]?.at ?? now) > windowMs) samples.shift();
  const [first] = samples;
  if (!first || now === first.at || ended === first.ended) return '';
  const perSecond = (1000 * (ended - first.ended)) / (now - first.at);
  return `<p class="meta">${perSecond >= 1 ? `${perSecond.toPrecision(3)} runs a second` : `${(60 * perSecond).toPrecision(3)} runs a minute`}</p>`;
}

element('live-redraw')?.addEventListener('click', () => location.reload());
void ask();
