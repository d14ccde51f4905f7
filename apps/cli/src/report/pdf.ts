/** The page as PDF, printed by a Chromium that is there. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BadInput } from '@marginalia/core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'] as const;
/** A page of many claims takes seconds; a Chromium that hangs takes for ever. */
const patienceMs = 120_000;

/** CHROMIUM_PATH, or the first of the usual names on the path. Throws BadInput where there is none. */
export function chromiumPath(env: NodeJS.ProcessEnv = process.env): string {
  const told = env['CHROMIUM_PATH'];
  const found =
    told === undefined
      ? (env['PATH'] ?? '')
          .split(delimiter)
          .flatMap((folder) => names.map((name) => join(folder, name)))
          .find((path) => existsSync(path))
      : existsSync(told)
        ? told
        : undefined;
  if (found !== undefined) return found;
  throw new BadInput({
    expected: 'a Chromium for --format pdf',
    got:
      told === undefined
        ? `none of ${names.join(', ')} on the path`
        : `CHROMIUM_PATH=${told}, which is not there`,
    try: 'CHROMIUM_PATH=/path/to/chromium, or --format html and print it',
  });
}

/** Prints `page`, a path, to `pdf`. Throws BadInput where Chromium does not. */
export async function printPdf(chromium: string, page: string, pdf: string): Promise<void> {
  const profile = mkdtempSync(join(tmpdir(), 'marginalia-chromium-'));
  try {
    const said = await output(chromium, [
      '--headless',
      // Chromium refuses its sandbox to root, as in most containers; the page is our own and loads nothing.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--no-first-run',
      '--no-pdf-header-footer',
      `--user-data-dir=${profile}`,
      `--print-to-pdf=${resolve(pdf)}`,
      pathToFileURL(resolve(page)).href,
    ]);
    if ((statSync(pdf, { throwIfNoEntry: false })?.size ?? 0) === 0)
      throw new BadInput({
        expected: `${chromium} to print ${pdf}`,
        got: said.trim().split('\n').at(-1) || 'nothing',
        try: '--format html, and print it',
      });
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
}

/** What it said, whichever way it ended. */
function output(command: string, args: readonly string[]): Promise<string> {
  return new Promise((settle) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: patienceMs });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said = `${said}${text}`.slice(-4000)));
    child.on('error', ({ message }) => settle(message));
    child.on('close', () => settle(said));
  });
}
