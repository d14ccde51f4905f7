/** A real Chromium, where there is one. */
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const path = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** Undefined where it can be tested, else why not. */
export const chromiumMissing = existsSync(path)
  ? undefined
  : `no Chromium at ${path} (apt-get install chromium)`;

export const openChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: path,
    // Root has no sandbox.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
