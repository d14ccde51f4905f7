/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** The script of the page: filters judge and draw anew, the theme is chosen, commands are copied. Without it the page stands as it is. */
import { verdictOf } from '@marginalia/sweep';
import type { VerdictKind } from '@marginalia/theory';
import type { Figure, FigureSource, Spec } from '../../figure/figure.js';
import { figures } from '../../figure/figures.js';
import type { Look, ThemeName } from '../../figure/theme.js';
import { cellsOf } from '../claim-cells.js';
import { claimFigure } from '../claim-figure.js';
import { curvesSpec } from '../../figure/curves/spec.js';
import type { Embedded } from '../embedded.js';
import { pictureIn } from '../picture.js';
import { numbersOf, verdictCell } from '../verdict-row.js';
import { carried, filtered, isWanted, type CarriedSweep, type Wanted } from './data.js';

const all = (selector: string): readonly HTMLElement[] => [
  ...document.querySelectorAll<HTMLElement>(selector),
];
const root = document.documentElement;

const isDark = (): boolean =>
  root.dataset['theme'] === 'dark' ||
  (root.dataset['theme'] === undefined && matchMedia('(prefers-color-scheme: dark)').matches);
const theme = (): ThemeName => (isDark() ? 'dark' : 'light');

let whole: readonly CarriedSweep[] = [];
/** What the filters leave; the whole where they leave everything. */
let shown: readonly CarriedSweep[] = [];
let fixed: ReadonlySet<string> = new Set();
/** Counts the filterings: a picture that was asked for under an older one is not shown. */
let turn = 0;
/** Pictures as the page came, by the id of their figure. */
const original = new Map<string, string>();

function start(): void {
  const data = document.getElementById('data')?.textContent;
  if (data) {
    const embedded = JSON.parse(data) as Embedded;
    whole = embedded.sweeps.map(carried);
    shown = whole;
    fixed = new Set(embedded.fixed);
  }
  const form = document.getElementById('filters');
  if (form instanceof HTMLFormElement) {
    form.hidden = false;
    form.addEventListener('change', () => apply(form));
    form.addEventListener('reset', () => setTimeout(() => apply(form)));
    // What the browser remembers of a form when it comes back to a page.
    if (form.querySelector('input:not(:checked)')) apply(form);
  }
  const toggle = document.getElementById('theme');
  if (toggle) {
    toggle.hidden = false;
    nameTheme(toggle);
    toggle.addEventListener('click', () => {
      root.dataset['theme'] = isDark() ? 'light' : 'dark';
      nameTheme(toggle);
      redrawAll();
    });
  }
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redrawAll);
  for (const button of all('button[data-copy]')) {
    button.hidden = false;
    button.addEventListener('click', () => void copy(button));
  }
  for (const figure of all('figure[data-figure]')) {
    original.set(figure.id, pictureIn_(figure).innerHTML);
    near.observe(figure);
  }
  addEventListener('hashchange', reveal);
  addEventListener('beforeprint', () => {
    for (const one of document.querySelectorAll('details')) one.open = true;
  });
}

const nameTheme = (toggle: HTMLElement): void => {
  toggle.textContent = isDark() ? 'Light theme' : 'Dark theme';
};

async function copy(button: HTMLElement): Promise<void> {
  const text = button.previousElementSibling?.textContent ?? '';
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } catch {
    // Where a page from a disk may not copy, the command is marked instead.
    const range = document.createRange();
    if (button.previousElementSibling) range.selectNodeContents(button.previousElementSibling);
    getSelection()?.removeAllRanges();
    getSelection()?.addRange(range);
    button.textContent = 'Marked';
  }
}

/** A claim that the filters hide is shown when a link leads to it. */
function reveal(): void {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target?.hidden) {
    target.hidden = false;
    target.scrollIntoView();
  }
}

interface Filter {
  readonly sweeps: ReadonlySet<string>;
  readonly verdicts: ReadonlySet<string>;
  readonly wanted: Wanted;
}

function filterOf(form: HTMLFormElement): Filter {
  const boxes = [...form.querySelectorAll<HTMLInputElement>('input[type=checkbox]')];
  const checked = (name: string): ReadonlySet<string> =>
    new Set(boxes.filter((box) => box.name === name && box.checked).map(({ value }) => value));
  const axes = new Set(boxes.map(({ name }) => name).filter((name) => name.startsWith('axis:')));
  const restricted = [...axes].filter((name) => boxes.some((box) => box.name === name && !box.checked));
  return {
    sweeps: checked('sweep'),
    verdicts: checked('verdict'),
    wanted: new Map(restricted.map((name) => [name.slice('axis:'.length), checked(name)])),
  };
}

function apply(form: HTMLFormElement): void {
  const { sweeps, verdicts, wanted } = filterOf(form);
  const several = form.querySelector('input[name=sweep]') !== null;
  const inSweep = (at: string | undefined): boolean => !several || sweeps.has(at ?? '');
  shown = wanted.size === 0 ? whole : whole.map((sweep) => filtered(sweep, wanted));
  turn += 1;
  let claims = 0;
  for (const row of all('tr[data-claim]')) {
    const verdict = rejudge(row);
    const visible = inSweep(row.dataset['sweep']) && verdicts.has(verdict);
    row.hidden = !visible;
    claims += Number(visible);
    const section = document.getElementById(row.dataset['section'] ?? '');
    if (section) section.hidden = !visible;
  }
  for (const part of all('[data-part]')) part.hidden = !inSweep(part.dataset['part']);
  for (const row of all('tr[data-axes]'))
    row.hidden = !isWanted(JSON.parse(row.dataset['axes'] ?? '{}') as Record<string, string>, wanted);
  redrawAll();
  announce(claims, wanted.size > 0, inSweep);
}

/** The verdict on the runs shown, where the page carries them all; else the one that it came with. */
function rejudge(row: HTMLElement): VerdictKind {
  const { sweep: at = '', claim: id = '', verdict = 'inconclusive', expected = verdict } = row.dataset;
  const [sweep, from] = [shown[Number(at)], whole[Number(at)]];
  const claim = sweep?.claims.get(id);
  if (!sweep || !claim || !from?.complete) return verdict as VerdictKind;
  if (row.dataset['came'] === undefined) row.dataset['came'] = row.innerHTML;
  if (sweep === from) {
    row.innerHTML = row.dataset['came'];
    return verdict as VerdictKind;
  }
  const { alpha, anytime, missing } = sweep;
  const judged = verdictOf(claim, sweep.source.runs, { alpha, anytime, missing });
  const name = row.querySelector('th')?.outerHTML ?? '';
  row.innerHTML = `<td>${verdictCell(judged.verdict, expected as VerdictKind)}</td>${name}${numbersOf(judged)}`;
  return judged.verdict;
}

function announce(claims: number, part: boolean, inSweep: (at: string) => boolean): void {
  const counted = shown.flatMap((sweep, at) => (inSweep(String(at)) ? [[sweep, whole[at]] as const] : []));
  const runs = counted.reduce((sum, [{ source }]) => sum + source.runs.length, 0);
  const of = counted.reduce((sum, [, from]) => sum + (from?.source.runs.length ?? 0), 0);
  const thin = counted.some(([, from]) => from?.complete === false);
  const words = [
    `${claims} of ${all('tr[data-claim]').length} claims`,
    `${runs} of ${of} runs`,
    ...(part
      ? [
          thin
            ? 'figures of the replicates that this page carries; verdicts of all runs'
            : 'verdicts and figures of the runs shown',
        ]
      : []),
  ];
  const status = document.getElementById('count');
  if (status) status.textContent = words.join(' · ');
}

/* Pictures: drawn anew when they come near. */

const pictureIn_ = (figure: HTMLElement): HTMLElement => figure.querySelector('.picture') as HTMLElement;

const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries)
      if (isIntersecting && target instanceof HTMLElement) void redraw(target);
  },
  { rootMargin: '600px' },
);

function redrawAll(): void {
  turn += 1;
  for (const figure of all('figure[data-figure]')) {
    near.unobserve(figure);
    near.observe(figure);
  }
}

/** Narrower than this a picture is drawn for the room that there is; wider ones only shrink a little. */
const narrow = 460;

async function redraw(figure: HTMLElement): Promise<void> {
  const { figure: name = '', source: at = '', claim = '' } = figure.dataset;
  const [sweep, from] = [shown[Number(at)], whole[Number(at)]];
  const picture = pictureIn_(figure);
  const room = picture.clientWidth - 14;
  const asItCame = sweep === from && (room >= narrow || from?.complete === false);
  if (!sweep || fixed.has(name) || asItCame || room <= 0) {
    const first = original.get(figure.id);
    if (first !== undefined && figure.dataset['drawn'] !== undefined) picture.innerHTML = first;
    delete figure.dataset['drawn'];
    return;
  }
  const state = `${turn} ${theme()}`;
  if (figure.dataset['drawn'] === state) return;
  figure.dataset['drawn'] = state;
  const width = Math.max(240, Math.min(Number(figure.dataset['width']), room));
  const drawing = await drawingOf(name, claim, sweep).catch((error: unknown) =>
    error instanceof Error ? error.message : String(error),
  );
  const svg =
    typeof drawing === 'string' ? undefined : await pictureIn(theme(), drawing, { id: figure.id, width });
  if (figure.dataset['drawn'] !== state) return;
  if (svg !== undefined) picture.innerHTML = svg;
  else {
    const words = document.createElement('p');
    words.className = 'empty';
    words.textContent = `Not drawn: ${String(drawing)}`;
    picture.replaceChildren(words);
  }
}

/** The spec, or why there is none. */
async function drawingOf(
  name: string,
  id: string,
  { source, claims }: CarriedSweep,
): Promise<((look: Look) => Spec) | string> {
  if (source.runs.length === 0) return 'the filters leave no run';
  const claim = claims.get(id);
  if (claim) {
    const data = claimFigure(claim, source, cellsOf(claim, source.runs, source.axisNames).cells);
    return data ? (look) => curvesSpec(data, look) : 'no run that is left was judged';
  }
  const figure = figures.find((one) => one.name === name);
  return figure ? specOf(figure, source) : `no figure is called ${name}`;
}

async function specOf(figure: Figure, source: FigureSource): Promise<((look: Look) => Spec) | string> {
  const standing = figure.available([source]);
  if (standing.kind === 'unavailable') return standing.reason;
  const data = await figure.data([source], { by: [] });
  return (look) => figure.spec(data, look);
}

start();
