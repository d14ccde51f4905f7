/** A figure: from what runs measured to a table, from the table to a Vega-Lite spec and to PGFPlots. All of it pure. */
import type { Claim } from '@marginalia/theory';
import type { DumpedArray, MeasuredRun, VerdictOptions } from '@marginalia/sweep';
import type { Look } from './theme.js';

/** The results of one sweep as figures see them. */
export interface FigureSource {
  readonly sweep: string;
  readonly preset: string;
  readonly axisNames: readonly string[];
  /** Axes that the sweep does not derive from others; all of them where its definition is not at hand. */
  readonly freeAxes: readonly string[];
  /** In grid order. */
  readonly runs: readonly MeasuredRun[];
  /** How its claims are judged, and the runs that failed: a figure says no other verdict than the table beside it. */
  readonly judging?: VerdictOptions;
  /** Empty where the definition of the sweep is not at hand, or where it makes no claim. */
  readonly claims: readonly Claim[];
  /** Why there are no claims and no arrays: the sweep's file has moved. */
  readonly undefinedBecause?: string;
  /** What a run drew and trained, computed anew; absent where the sweep hands out none. */
  readonly arrays?: (run: MeasuredRun) => Promise<Readonly<Record<string, DumpedArray>>>;
}

export interface FigureOptions {
  /** Axes that tell curves or panels apart, instead of the figure's own choice. */
  readonly by: readonly string[];
}

export type FigureValue = number | string | null;
export type Row = Readonly<Record<string, FigureValue>>;

/** What is plotted, as JSON. NaN never enters: what was not measured has no row, or null. */
export interface FigureData {
  readonly title: string;
  /** One line: of how many runs and cells, and what was left out. */
  readonly caption: string;
  /** The table kept as `<name>.csv`. */
  readonly rows: readonly Row[];
}

/** Why a figure cannot be drawn: a sentence that begins in lower case and ends without a stop. */
export type Availability =
  { readonly kind: 'available' } | { readonly kind: 'unavailable'; readonly reason: string };

/** A Vega-Lite spec with its data inside: JSON, no functions. */
export type Spec = Readonly<Record<string, unknown>>;

/** Files of a figure for LaTeX by name; the first is `<name>.tex`. */
export type LatexFiles = Readonly<Record<string, string | Uint8Array>>;

export interface Figure<Data extends FigureData = FigureData> {
  readonly name: string;
  readonly title: string;
  /** The measurements, claims or arrays that it is drawn from. */
  readonly needs: string;
  available(sources: readonly FigureSource[]): Availability;
  /** Throws BadInput for options that do not fit, and where what is measured is not a number in any run. */
  data(sources: readonly FigureSource[], options: FigureOptions): Data | Promise<Data>;
  spec(data: Data, look: Look): Spec;
  latex(data: Data, name: string): LatexFiles;
}

export const available: Availability = { kind: 'available' };
export const unavailable = (reason: string): Availability => ({ kind: 'unavailable', reason });
