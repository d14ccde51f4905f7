/** What every figure owes, over the registry: adding one adds its tests. */
import { parse } from '@unified-latex/unified-latex-util-parse';
import { describe, expect, it } from 'vitest';
import type { FigureData, FigureSource, LatexFiles } from '../../apps/cli/src/figure/figure.js';
import { figures } from '../../apps/cli/src/figure/figures.js';
import { pngOf } from '../../apps/cli/src/figure/raster.js';
import { svgOf } from '../../apps/cli/src/figure/render.js';
import { themes, widths, type Look } from '../../apps/cli/src/figure/theme.js';
import { fixtureSource } from './figure-sources.js';
import { decodePng } from './png.js';

const looks: readonly Look[] = [
  { theme: themes.light, width: widths.column },
  { theme: themes.dark, width: widths.page },
];
const source = await fixtureSource();

const textsOf = (svg: string): string =>
  [...svg.matchAll(/<(?:text|tspan)[^>]*>([^<]*)</g)].map(([, text]) => text).join('\n');

/** Every text of a spec under `title` of an axis, and every entry of a legend. */
function promised(spec: unknown, found = { titles: new Set<string>(), entries: new Set<string>() }) {
  if (Array.isArray(spec)) for (const part of spec) promised(part, found);
  else if (typeof spec === 'object' && spec !== null) {
    const { encoding, ...rest } = spec as Record<string, unknown>;
    for (const [channel, value] of Object.entries(
      (encoding ?? {}) as Record<string, Record<string, never>>,
    )) {
      const axis = value['axis'] as { readonly title?: string } | undefined;
      if (channel === 'x' || channel === 'y')
        for (const line of [value['title'] ?? axis?.title ?? []].flat()) found.titles.add(line);
      const legend = value['legend'] as { title?: string; values?: readonly unknown[] } | undefined;
      if (legend?.title) found.entries.add(legend.title);
      else for (const entry of legend?.values ?? []) found.entries.add(String(entry));
    }
    for (const part of Object.values(rest)) promised(part, found);
  }
  return found;
}

/** Environments in the tree that the parser makes; a `\begin` or `\end` that has no partner stays a macro. */
function environmentsOf(tex: string): {
  readonly environments: readonly string[];
  readonly stray: readonly string[];
} {
  const environments: string[] = [];
  const stray: string[] = [];
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) for (const one of node) walk(one);
    else if (typeof node === 'object' && node !== null) {
      const { type, env, content, args } = node as Record<string, unknown>;
      if (type === 'environment') environments.push(typeof env === 'string' ? env : JSON.stringify(env));
      if (type === 'macro' && (content === 'begin' || content === 'end')) stray.push(`stray ${content}`);
      walk(content);
      walk(args);
    }
  };
  walk(parse(tex));
  return { environments, stray };
}

/** What keeps a figure from being typeset, as far as a parser sees: nothing, for those of the registry. */
function faultsOf(files: LatexFiles, name: string): readonly string[] {
  const tex = files[`${name}.tex`];
  if (typeof tex !== 'string') return ['no .tex'];
  const { environments, stray } = environmentsOf(tex);
  const faults = [...stray];
  if (!/^[\n -~]*$/.test(tex)) faults.push('not ASCII');
  if (environments[0] !== 'tikzpicture') faults.push('no tikzpicture');
  if (!environments.some((env) => env === 'axis' || env === 'groupplot')) faults.push('no axis');
  let depth = 0;
  for (const brace of tex.replaceAll(/\\[{}]/g, '').match(/[{}]/g) ?? []) {
    depth += brace === '{' ? 1 : -1;
    if (depth < 0) faults.push('a brace too many');
  }
  if (depth > 0) faults.push('an open brace');
  // What is plotted is there: files, and the columns named.
  for (const [, options = '', file = ''] of tex.matchAll(/table\[([^\]]*)\] \{\\figurefolder\/([^}]*)\}/g)) {
    const dat = files[file];
    if (typeof dat !== 'string') {
      faults.push(`no ${file}`);
      continue;
    }
    const [head = '', ...lines] = dat.trimEnd().split('\n');
    const columns = head.split(' ');
    for (const [, column = ''] of options.matchAll(/(?:^|,)(?:x|y|meta|x error minus|x error plus)=([\w]+)/g))
      if (!columns.includes(column)) faults.push(`no column ${column}`);
    if (lines.some((line) => line.split(' ').length !== columns.length))
      faults.push(`a torn line in ${file}`);
  }
  for (const [, file = ''] of tex.matchAll(/graphics\[[^\]]*\] \{\\figurefolder\/([^}]*)\}/g))
    if (!(files[file] instanceof Uint8Array)) faults.push(`no picture ${file}`);
  return faults;
}

const allRows = (data: FigureData): readonly unknown[] => data.rows.flatMap((row) => Object.values(row));

describe.each(figures)('figure $name', (figure) => {
  it('is drawn on light and dark, in print and on a page: axes titled, a legend, nothing blank, the same bytes again', async () => {
    expect(figure.available([source])).toEqual({ kind: 'available' });
    const data = await figure.data([source], { by: [] });
    expect(data.rows.length).toBeGreaterThan(0);
    for (const look of looks) {
      const spec = figure.spec(data, look);
      // JSON, whole: no function, no NaN, nothing undefined.
      expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
      const svg = await svgOf(spec);
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
      const texts = textsOf(svg);
      const { titles, entries } = promised(spec);
      expect(titles.size).toBeGreaterThan(0);
      expect(entries.size).toBeGreaterThan(0);
      for (const text of [...titles, ...entries])
        expect(texts).toContain(text.replaceAll('&', '&amp;').replaceAll('<', '&lt;'));
      const [, width = ''] = /<svg[^>]* width="([\d.]+)"/.exec(svg) ?? [];
      // Room for a tick label that hangs over the end of its axis.
      expect(Number(width)).toBeLessThanOrEqual(look.width + 16);
      expect(svg).toContain(look.theme.ground);
      if (look.width > widths.column) continue;
      // In the same process, after other pictures.
      expect(await svgOf(JSON.parse(JSON.stringify(spec)) as typeof spec)).toBe(svg);
      const { pixels } = decodePng(await pngOf(svg));
      const kinds = new Map<string, number>();
      for (const pixel of pixels) kinds.set(pixel, (kinds.get(pixel) ?? 0) + 1);
      expect(kinds.size).toBeGreaterThan(20);
      expect(kinds.get(look.theme.ground)! / pixels.length).toBeLessThan(0.97);
    }
  });

  it('has data of finite numbers, the same from the same runs', async () => {
    const data = await figure.data([source], { by: [] });
    for (const value of allRows(data)) expect(typeof value !== 'number' || Number.isFinite(value)).toBe(true);
    expect(JSON.parse(JSON.stringify(data))).toEqual(data);
    expect(await figure.data([await fixtureSource()], { by: [] })).toEqual(data);
  });

  it('is LaTeX that closes what it opens and finds what it plots', async () => {
    const data = await figure.data([source, { ...source, sweep: 'again' }], { by: [] });
    expect(faultsOf(figure.latex(data, figure.name), figure.name)).toEqual([]);
  });

  it('draws no more marks of more runs', async () => {
    const marks = async (of: FigureSource): Promise<number> => {
      const svg = await svgOf(figure.spec(await figure.data([of], { by: [] }), looks[0]!));
      return svg.match(/<path|<rect|<image/g)!.length;
    };
    expect(await marks(await fixtureSource(12))).toBeLessThanOrEqual((await marks(source)) + 4);
  });

  it('says in a sentence why it cannot be drawn where nothing was measured, nor claimed', () => {
    const { arrays: _, ...bare } = source;
    const empty: FigureSource = {
      ...bare,
      claims: [],
      runs: source.runs.map((run) => ({ ...run, measurements: {} })),
    };
    const standing = figure.available([empty]);
    expect(standing.kind).toBe('unavailable');
    if (standing.kind === 'unavailable') expect(standing.reason).toMatch(/^[a-z].{10,}[^.]$/);
  });

  it('takes NaN for what was not measured', async () => {
    const nothing = await fixtureSource(3, ({ measurements }) =>
      Object.fromEntries(
        Object.entries(measurements).map(([name, value]) => [
          name,
          name.endsWith('.at') ? value : Array.isArray(value) ? value.map(() => Number.NaN) : Number.NaN,
        ]),
      ),
    );
    if (figure.available([nothing]).kind === 'unavailable') return;
    // Claims and arrays are there all the same: every verdict is inconclusive, and is drawn as that.
    const data = await figure.data([nothing], { by: [] });
    for (const value of allRows(data)) expect(value).not.toBeNaN();
    expect(await svgOf(figure.spec(data, looks[0]!))).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe('the check of LaTeX', () => {
  it('refuses what does not close, and a column that is not there', () => {
    const plot = String.raw`\begin{tikzpicture}\begin{axis}\addplot table[x=x,y=y] {\figurefolder/f.dat};\end{axis}\end{tikzpicture}`;
    const dat = 'x y\n1 2\n';
    const faults = (tex: string, table = dat) => faultsOf({ 'f.tex': tex, 'f.dat': table }, 'f');
    expect(faults(plot)).toEqual([]);
    expect(faults(plot.replace(String.raw`\end{axis}`, ''))).not.toEqual([]);
    expect(faults(plot.replace('y=y', 'y=z'))).toEqual(['no column z']);
    expect(faults(plot.replace('/f.dat', '/g.dat'))).toEqual(['no g.dat']);
    expect(faults(`${plot}{`)).toContain('an open brace');
    expect(faults(plot, 'x y\n1\n')).toEqual(['a torn line in f.dat']);
    expect(faults(`${plot}λ`)).toEqual(['not ASCII']);
  });
});
