/** The bibliography of the claims, and BibTeX as a parser that is not ours reads it. */
import { claims, publicationOf, type Claim, type Evidence } from '@marginalia/theory';
import { entries as parsed, type Entry } from 'bibtex-parse';
import { bibliography, bibtex, checkInWords, claimsMarkdown, explanation, painter, size } from 'marginalia';
import { describe, expect, it } from 'vitest';
import { readsOf } from '../laws/reads.js';
import { baselines, evidence } from '../laws/baseline.js';
import { marginalia } from './marginalia.js';

const papers = bibliography(claims);
const someClaim = claims[0] as Claim;

/** A claim of another paper. */
const citing = (id: string, source: Partial<Claim['source']>): Claim => ({
  ...someClaim,
  id,
  source: { ...someClaim.source, ...source },
});

describe('the bibliography', () => {
  it('has each paper once, in the order of the claims, and every claim in one paper', () => {
    expect(new Set(papers.map(({ key }) => key)).size).toBe(papers.length);
    expect(papers.flatMap((paper) => paper.claims).sort()).toEqual(claims.map(({ id }) => id).sort());
    const firsts = papers.map((paper) => claims.findIndex(({ id }) => id === paper.claims[0]));
    expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
  });

  it('says of every paper where it is to be had', () => {
    for (const { key, source, publication } of papers) expect(publication ?? source.arxiv, key).toBeDefined();
  });

  it('tells two papers of the same authors and year apart, and knows one however its title is set', () => {
    const twice = [
      citing('ji-telgarsky-2019/a', { paper: 'One: a title', arxiv: '1803.07300' }),
      citing('ji-telgarsky-2019/b', { paper: 'Another Title' }),
      citing('ji-telgarsky-2019/c', { paper: 'one – A Title' }),
    ];
    expect(bibliography(twice)).toMatchObject([
      { key: 'ji-telgarsky-2019', claims: ['ji-telgarsky-2019/a', 'ji-telgarsky-2019/c'] },
      { key: 'ji-telgarsky-2019b', claims: ['ji-telgarsky-2019/b'] },
    ]);
  });

  it('knows by its title a paper that is on no arXiv', () => {
    const { arxiv: _, ...source } = { ...someClaim.source, paper: 'Margin-Maximizing Loss Functions.' };
    expect(publicationOf(source)).toMatchObject({ kind: 'conference', volume: 16, pages: [1237, 1244] });
    expect(publicationOf({ ...source, paper: 'A manuscript' })).toBeUndefined();
  });
});

describe('BibTeX', () => {
  const read = (of: Parameters<typeof bibtex>[0]): readonly Entry[] => parsed(bibtex(of));

  it('is read by a parser, with the fields of every paper', () => {
    const found = read(papers);
    expect(found.map(({ key }) => key)).toEqual(papers.map(({ key }) => key));
    papers.forEach(({ source, publication }, at) => {
      const entry = found[at] as Entry;
      expect(entry.key).toMatch(/^[a-z0-9-]+$/);
      expect(entry['AUTHOR']?.split(' and ')).toHaveLength(source.authors.split(', ').length);
      expect(entry['TITLE']?.replaceAll(/[{}]/g, '')).toBe(source.paper);
      expect(Number(entry['YEAR'])).toBe(source.year);
      expect(entry['EPRINT']).toBe(source.arxiv);
      expect(entry.type).toBe(
        publication ? { conference: 'inproceedings', journal: 'article' }[publication.kind] : 'misc',
      );
      expect(entry[publication?.kind === 'journal' ? 'JOURNAL' : 'BOOKTITLE']).toBe(publication?.venue);
    });
  });

  it('is pure ASCII, whatever the names, and keeps the capitals of ReLU', () => {
    const [hard] = bibliography([
      citing('a-2020/a', {
        paper: 'Margins & 100 % of ReLU_s – “deep”',
        authors: 'Jure Sokolić, Bernhard Schölkopf, Miroslav Dudík, Łukasz Kaiser, François Ged, Søren Weiß',
        arxiv: '2001.00001',
      }),
    ]) as [Parameters<typeof bibtex>[0][number]];
    const text = bibtex([hard]);
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
    expect(text).toContain(String.raw`title = {Margins \& 100 \% of {ReLU}\_s -- ` + "``deep''},");
    expect(text).toContain(
      String.raw`author = {Jure Sokoli{\'c} and Bernhard Sch{\"o}lkopf and Miroslav Dud{\'i}k and {\L}ukasz Kaiser and Fran{\c c}ois Ged and S{\o}ren Wei{\ss}},`,
    );
    expect(read([hard])).toMatchObject([{ type: 'misc', key: 'a-2020', EPRINT: '2001.00001' }]);
  });
});

describe('the claims in Markdown', () => {
  it('have a row each, below their paper', async () => {
    const { out } = await marginalia(['list', 'claims', '--json']);
    const listed = (JSON.parse(out) as { claims: Parameters<typeof claimsMarkdown>[0] }).claims;
    expect(listed.map(({ id }) => id)).toEqual(claims.map(({ id }) => id));
    expect(listed.some(({ judgedBy }) => judgedBy.length > 1)).toBe(true);
    const lines = claimsMarkdown(listed, papers).split('\n');
    expect(lines.filter((line) => line.startsWith('## '))).toHaveLength(papers.length);
    expect(lines.filter((line) => line.startsWith('| `'))).toHaveLength(claims.length);
    // A bar inside a cell would make another column.
    for (const line of lines.filter((one) => one.startsWith('|')))
      expect(line.match(/(?<!\\)\|/g)).toHaveLength(5);
  });
});

describe('how an assumption is checked', () => {
  const all = claims.flatMap((claim) => claim.assumptions.map((assumption) => ({ claim, assumption })));

  it('names in words every column and axis that the check reads', () => {
    expect(all.length).toBeGreaterThan(0);
    for (const { claim, assumption } of all) {
      const words = checkInWords(assumption);
      const [cell = {}] = baselines[claim.id]?.cells ?? [];
      const { measurements, axes } = readsOf(
        { ...claim, assumptions: [assumption], measure: () => ({ quantity: 0, bound: 0 }) },
        evidence(cell),
      );
      const named = [...measurements, ...axes].filter((name) => words.includes(name));
      // Of a check that stops early probes may not find every name; of one that is an expression none is missing.
      expect(named.length, assumption.name).toBeGreaterThan(0);
      if (!words.startsWith('from ')) expect(named).toEqual([...measurements, ...axes]);
      expect(words).not.toMatch(/scalar\(|axis\(|=>|&&|===/);
    }
  });

  it('says the rule itself where it is one expression, and what it reads where it is not', () => {
    const of = (check: Claim['assumptions'][number]['check']): string =>
      checkInWords({ name: 'a', statement: 'a', check });
    const scalar = (_: unknown, name: string): number => name.length;
    expect(of((run) => scalar(run, 'a') >= 2 && scalar(run, 'b') === 1)).toBe('a ≥ 2 and b = 1');
    expect(
      of((run) => {
        const a = Number(run.measurements['a']);
        return a > 1;
      }),
    ).toBe('from a');
    // What closes over its names, or stops early, is read by probing it.
    const column = 'a';
    const reads = (run: Evidence, name: string): number => Number(run.measurements[name]);
    expect(of((run) => reads(run, column) > 0 && reads(run, 'b') === 1)).toBe('from a, b');
    expect(of(() => true)).toBe('true');
  });
});

describe('a claim explained', () => {
  it.each([80, 120])('fits %d columns, but for what is made to be copied', (width) => {
    for (const claim of claims) {
      const paper = papers.find((one) => one.claims.includes(claim.id)) as (typeof papers)[number];
      const copied = bibtex([paper]).split('\n');
      const judges = [{ sweep: 'a-sweep', quick: 'quick', presets: ['quick', 'paper'] }];
      const lines = explanation({ claim, paper, judges }, width, painter(false)).split('\n');
      for (const line of lines) {
        if (copied.includes(line.slice(2)) || line.startsWith('  npx marginalia')) continue;
        expect(size(line), line).toBeLessThanOrEqual(width);
      }
      expect(lines.length).toBeGreaterThan(copied.length + 10);
    }
  });

  it('reads like the paper: statement first, the source with its entry, what judges it and how to ask', async () => {
    const { out, code } = await marginalia(['explain', 'max-readout-radius']);
    expect(code).toBe(0);
    const heads = [...out.matchAll(/^([A-Z][A-Z ]+)/gm)].map(([, head]) => head?.trim());
    expect(heads).toEqual([
      'STATEMENT',
      'NOTATION',
      'ASSUMPTIONS',
      'MEASURED',
      'RELATION',
      'LEVEL AND POWER',
      'SOURCE',
      'EXPECTED',
      'JUDGED BY',
    ]);
    expect(out).toContain('checked: otherCoefficientRatio ≤ 0.1\n');
    expect(out).toContain('  feature-decoupling (presets quick, ');
    expect(out).toContain('\n  npx marginalia check --claims max-readout-radius\n');
    expect(parsed(out)).toMatchObject([{ type: 'inproceedings', key: 'li-pan-lyu-li-2025' }]);
  });

  it('is one document for a script, and names the run that judges what no quick preset does', async () => {
    const id = 'published-curve-is-not-the-sum-radius';
    const document = JSON.parse((await marginalia(['explain', id, '--json'])).out) as Record<string, unknown>;
    expect(document).toMatchObject({
      expects: 'supported',
      publication: { kind: 'conference' },
      judgedBy: [{ sweep: 'feature-decoupling', presets: ['paper'] }],
    });
    const { out } = await marginalia(['explain', id]);
    expect(out).toContain('\n  npx marginalia run feature-decoupling --preset paper\n');
  });
});
