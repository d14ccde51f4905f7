/** The parts that figures are made of, each against something that nobody here wrote, or its law. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logTicks } from '../../apps/cli/src/figure/curves/log-ticks.js';
import { latexText } from '../../apps/cli/src/figure/latex-text.js';
import { dataUrl, palettePng } from '../../apps/cli/src/figure/palette-png.js';
import { pngOf } from '../../apps/cli/src/figure/raster.js';
import { numbered } from '../../apps/cli/src/figure/render.js';
import { advanceWidths, textWidth, wrapped } from '../../apps/cli/src/figure/text-width.js';
import { themes, tint, type Theme } from '../../apps/cli/src/figure/theme.js';
import { decodePng } from './png.js';

const font = readFileSync(
  createRequire(import.meta.resolve('marginalia/package.json')).resolve(
    'dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
  ),
);

/** Advance width of a character by the tables cmap (format 12) and hmtx of the font. */
function advanceIn(bytes: Buffer, character: string): number | undefined {
  const tables = new Map(
    Array.from({ length: bytes.readUInt16BE(4) }, (_, i) => {
      const at = 12 + 16 * i;
      return [bytes.toString('latin1', at, at + 4), bytes.readUInt32BE(at + 8)];
    }),
  );
  const cmap = tables.get('cmap')!;
  const subtable = Array.from(
    { length: bytes.readUInt16BE(cmap + 2) },
    (_, i) => cmap + bytes.readUInt32BE(cmap + 8 + 8 * i),
  ).find((at) => bytes.readUInt16BE(at) === 12)!;
  const code = character.codePointAt(0)!;
  for (let i = 0; i < bytes.readUInt32BE(subtable + 12); i++) {
    const at = subtable + 16 + 12 * i;
    const [from, to] = [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)];
    if (code < from || code > to) continue;
    const glyph = bytes.readUInt32BE(at + 8) + code - from;
    const long = bytes.readUInt16BE(tables.get('hhea')! + 34);
    return bytes.readUInt16BE(tables.get('hmtx')! + 4 * Math.min(glyph, long - 1));
  }
  return undefined;
}

describe('text widths', () => {
  it('are those of the bundled font', () => {
    for (const [width, characters] of advanceWidths)
      for (const character of characters)
        expect([character, advanceIn(font, character)]).toEqual([character, width]);
  });

  it('wrap no line beyond its limit but a single word, and lose nothing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z=]{1,12}$/), { minLength: 1 }),
        fc.integer({ min: 5, max: 300 }),
        (words, limit) => {
          const lines = wrapped(words.join(' '), limit, 9);
          expect(lines.join(' ')).toBe(words.join(' '));
          for (const line of lines)
            expect(textWidth(line, 9) <= limit || !/(?<!=) (?!=)/.test(line)).toBe(true);
        },
      ),
    );
    expect(wrapped('d = 1024, k = 4', 50, 9)).toEqual(['d = 1024,', 'k = 4']);
  });
});

describe('raster', () => {
  it('draws letters, Greek and formulas with the bundled font and none of the machine', async () => {
    const svg = (text: string) =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="#ffffff"/><text x="2" y="15" font-family="DejaVu Sans, Verdana, sans-serif" font-size="14">${text}</text></svg>`;
    const pictures = await Promise.all(['d', 'λ', '√', 'ℓ', '₂', '‖'].map((text) => pngOf(svg(text))));
    expect(new Set(pictures.map((png) => Buffer.from(png).toString('base64'))).size).toBe(pictures.length);
    for (const png of pictures) expect(decodePng(png).pixels.includes('#000000')).toBe(true);
  });
});

describe('palette PNG', () => {
  it('is read back by zlib, and by resvg, as the same colours', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.infiniteStream(fc.integer({ min: 0, max: 2 })),
        async (width, height, stream) => {
          const indices = Uint8Array.from({ length: width * height }, () => stream.next().value!);
          const palette = ['#d55e00', '#ffffff', '#0072b2'];
          const png = palettePng(indices, width, palette);
          const expected = Array.from(indices, (index) => palette[index]);
          expect(decodePng(png)).toEqual({ width, height, pixels: expected });
          const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><image width="${width}" height="${height}" image-rendering="optimizeSpeed" href="${dataUrl(png)}"/></svg>`;
          const shown = decodePng(await pngOf(svg));
          const zoom = shown.width / width;
          // The middle of every enlarged pixel.
          const middle = (at: number) => Math.floor((at + 0.5) * zoom);
          const found = expected.map(
            (_, at) => shown.pixels[middle(Math.floor(at / width)) * shown.width + middle(at % width)],
          );
          expect(found).toEqual(expected);
        },
      ),
      { numRuns: 8 },
    );
  });

  it('stores a large matrix in several blocks', () => {
    const png = palettePng(new Uint8Array(300 * 300).fill(1), 300, ['#000000', '#ffffff']);
    expect(png.length).toBeGreaterThan(300 * 300);
    expect(decodePng(png).pixels.every((pixel) => pixel === '#ffffff')).toBe(true);
  });
});

describe('ids', () => {
  it('count from 1 in every picture, each for itself, and leave texts alone', () => {
    const svg =
      '<a id="gradient_7"/><b fill="url(#gradient_7)"/><c id="clip12"/><d clip-path="url(#clip12)"/><text>clip12</text>';
    expect(numbered(svg)).toBe(
      '<a id="gradient_1"/><b fill="url(#gradient_1)"/><c id="clip_2"/><d clip-path="url(#clip_2)"/><text>clip12</text>',
    );
  });
});

describe('ticks of a log axis', () => {
  it('lie within, rise, and are neither too few nor too many', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -9, max: 9, noNaN: true }),
        fc.double({ min: 0.001, max: 12, noNaN: true }),
        (start, span) => {
          const [least, most] = [10 ** start, 10 ** (start + span)];
          const ticks = logTicks([least, most]);
          expect(ticks.toSorted((a, b) => a - b)).toEqual(ticks);
          expect(new Set(ticks).size).toBe(ticks.length);
          for (const tick of ticks)
            expect(tick >= least * (1 - 1e-8) && tick <= most * (1 + 1e-8)).toBe(true);
          expect(ticks.length).toBeGreaterThanOrEqual(1);
          expect(ticks.length).toBeLessThanOrEqual(10);
        },
      ),
    );
    expect(logTicks([1, 1000])).toEqual([1, 10, 100, 1000]);
    expect(logTicks([0, 1])).toEqual([]);
  });
});

describe('labels as LaTeX', () => {
  it('write formulas as formulas', () => {
    expect(latexText('ℓ₂ radius / √(d/k)')).toBe(String.raw`$\ell_2$ radius / $\sqrt{d/k}$`);
    expect(latexText('d^½ ≤ 5 %')).toBe(String.raw`d$^{1/2}$ $\le$ 5 \%`);
    expect(latexText('η̃ = 1_000')).toBe(String.raw`$\tilde{\eta}$~=~1\_000`);
  });

  it('keep what a user calls things: accents are commands, and what has none is a question mark', () => {
    expect(latexText('Größe')).toBe(String.raw`Gr\"{o}\ss{}e`);
    expect(latexText('façade, Ångström, Łódź, ω')).toBe(
      String.raw`fa\c{c}ade, \r{A}ngstr\"{o}m, \L{}\'{o}d\'{z}, $\omega$`,
    );
    expect(latexText('温度')).toBe('??');
  });

  it('are ASCII with braces and dollars in pairs, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const tex = latexText(text);
        expect(tex).toMatch(/^[ -~]*$/);
        const bare = tex.replaceAll(/\\[{}]/g, '');
        expect(bare.match(/\{/g)?.length ?? 0).toBe(bare.match(/\}/g)?.length ?? 0);
        expect((tex.match(/\$/g)?.length ?? 0) % 2).toBe(0);
      }),
    );
  });
});

/** Channels in linear light, 0 to 1. */
const linear = (hex: string): number[] =>
  [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
const luminance = (rgb: readonly number[]): number => 0.2126 * rgb[0]! + 0.7152 * rgb[1]! + 0.0722 * rgb[2]!;
const contrast = (a: string, b: string): number => {
  const [low, high] = [luminance(linear(a)), luminance(linear(b))].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
};

/** Complete colour blindness by Machado, Oliveira & Fernandes 2009, Table 1, severity 1. */
const blindness = {
  none: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
};

/** OKLab (Ottosson 2020): distances are perceived ones, about .02 a just noticeable difference. */
function oklab([r, g, b]: readonly number[]): number[] {
  const l = Math.cbrt(0.4122214708 * r! + 0.5363325363 * g! + 0.0514459929 * b!);
  const m = Math.cbrt(0.2119034982 * r! + 0.6806995451 * g! + 0.1073969566 * b!);
  const s = Math.cbrt(0.0883024619 * r! + 0.2817188376 * g! + 0.6299787005 * b!);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}
const seen = (hex: string, matrix: readonly number[]): number[] => {
  const rgb = linear(hex);
  return oklab(
    [0, 3, 6].map((row) =>
      Math.max(
        0,
        rgb.reduce((sum, value, i) => sum + matrix[row + i]! * value, 0),
      ),
    ),
  );
};
const distance = (a: string, b: string, matrix: readonly number[]): number =>
  Math.hypot(...seen(a, matrix).map((value, i) => value - seen(b, matrix)[i]!));

describe.each(Object.values(themes))('theme $name', (theme: Theme) => {
  it('has text that reads (WCAG 4.5 : 1) and marks that stand out (3 : 1)', () => {
    for (const text of [theme.ink, theme.faint]) expect(contrast(text, theme.ground)).toBeGreaterThan(4.5);
    for (const colour of theme.series) expect(contrast(colour, theme.ground)).toBeGreaterThanOrEqual(3);
    // A cell of a diagram has an outline in ink, which stands out from every fill.
    for (const fill of Object.values(theme.verdicts))
      expect(contrast(theme.ink, fill)).toBeGreaterThanOrEqual(3);
  });

  it('has series and verdicts that stay apart for the colour-blind', () => {
    const pairs = (colours: readonly string[]) =>
      colours.flatMap((a, i) => colours.slice(i + 1).map((b) => [a, b] as const));
    for (const matrix of Object.values(blindness))
      for (const [a, b] of [...pairs(theme.series), ...pairs(Object.values(theme.verdicts))])
        expect([a, b, distance(a, b, matrix) > 0.07]).toEqual([a, b, true]);
  });

  it('tints between ground and colour', () => {
    expect(tint(theme.ink, 0, theme)).toBe(theme.ground);
    expect(tint(theme.ink, 1, theme)).toBe(theme.ink);
  });
});
