/**
 * Two themes and the widths of print. Colours are those of Okabe & Ito (2008), which the common kinds of colour blindness
 * leave apart; on white their pale ones (purple, orange, sky blue) are darkened until every one stands out from the ground by
 * 3 : 1. Between any two of a theme lie .07 of OKLab, for full sight as for protanopia and deuteranopia: a test measures it.
 */
import type { VerdictKind } from '@marginalia/theory';

export const themeNames = ['light', 'dark'] as const;
export type ThemeName = (typeof themeNames)[number];

export interface Theme {
  readonly name: ThemeName;
  readonly ground: string;
  readonly ink: string;
  /** Captions and tick labels. */
  readonly faint: string;
  readonly grid: string;
  /** In the order in which series take them. */
  readonly series: readonly string[];
  readonly verdicts: Readonly<Record<VerdictKind, string>>;
  /** From −1 over 0 to +1. */
  readonly diverging: readonly string[];
}

const light: Theme = {
  name: 'light',
  ground: '#ffffff',
  ink: '#1a1a1a',
  faint: '#555555',
  grid: '#e4e4e4',
  series: ['#0072b2', '#d55e00', '#009e73', '#9b4f7d', '#7a5300', '#4f97cb'],
  verdicts: { supported: '#009e73', refuted: '#d55e00', inconclusive: '#e8d98a', vacuous: '#dcdcdc' },
  diverging: ['#0072b2', '#ffffff', '#d55e00'],
};

const dark: Theme = {
  name: 'dark',
  ground: '#14171c',
  ink: '#f0f0f0',
  faint: '#b4b8bf',
  grid: '#2c313a',
  series: ['#56b4e9', '#e69f00', '#009e73', '#cc79a7', '#f0e442', '#d55e00'],
  verdicts: { supported: '#009e73', refuted: '#d55e00', inconclusive: '#5a5226', vacuous: '#2c313a' },
  diverging: ['#56b4e9', '#14171c', '#e69f00'],
};

export const themes: Readonly<Record<ThemeName, Theme>> = { light, dark };

/** A colour laid over the ground, as hex: legends know no opacity. */
export function tint(colour: string, share: number, { ground }: Theme): string {
  const parts = [1, 3, 5].map((at) => {
    const [over, under] = [colour, ground].map((hex) => Number.parseInt(hex.slice(at, at + 2), 16)) as [
      number,
      number,
    ];
    return Math.round(under + share * (over - under))
      .toString(16)
      .padStart(2, '0');
  });
  return `#${parts.join('')}`;
}

/** CSS pixels, 96 to the inch: one column of a two-column paper (3.3 in), and a page (6.75 in). */
export const widths = { column: 317, page: 648 } as const;

export interface Look {
  readonly theme: Theme;
  /** Of the whole figure, CSS pixels. */
  readonly width: number;
}

/** Of DejaVu Sans, whose glyphs are bundled; the others are what a browser without it has, alike in width. */
const fontFamily = 'DejaVu Sans, Verdana, sans-serif';

/** At 3.3 in these are 7.5, 6.75 and 6 points: what journals ask for at least. */
export const fontSizes = { title: 10, text: 9, label: 8 } as const;

/** The part of every spec that is not its data. */
export function configOf({ theme }: Look): Readonly<Record<string, unknown>> {
  const { ink, faint, grid, ground } = theme;
  const font = { font: fontFamily };
  return {
    background: ground,
    font: fontFamily,
    padding: 6,
    view: { stroke: null },
    axis: {
      labelFont: fontFamily,
      titleFont: fontFamily,
      labelFontSize: fontSizes.label,
      titleFontSize: fontSizes.text,
      titleFontWeight: 'normal',
      labelColor: faint,
      titleColor: ink,
      domainColor: faint,
      tickColor: faint,
      tickSize: 3,
      gridColor: grid,
      titlePadding: 4,
      labelLimit: 0,
      titleLimit: 0,
      labelFlush: false,
    },
    // Panels below each other begin at one place.
    axisY: { minExtent: 28 },
    legend: {
      labelFont: fontFamily,
      labelFontSize: fontSizes.label,
      labelColor: ink,
      labelLimit: 0,
      symbolLimit: 0,
      titleFontSize: fontSizes.label,
      titleColor: ink,
      titleFontWeight: 'normal',
      columnPadding: 8,
      rowPadding: 1,
      offset: 8,
    },
    title: {
      ...font,
      subtitleFont: fontFamily,
      fontSize: fontSizes.title,
      subtitleFontSize: fontSizes.label,
      fontWeight: 'bold',
      color: ink,
      subtitleColor: faint,
      subtitlePadding: 3,
      anchor: 'start',
      limit: 0,
      offset: 8,
    },
    concat: { spacing: 14 },
  };
}
