#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
if (existsSync(main)) {
  // Before anything else loads: a Ctrl-C at the start is one as well.
  const { heedInterruption } = await import(new URL('./interruption.js', main).href);
  heedInterruption();
  const { heedClosing } = await import(new URL('./closing-signal.js', main).href);
  heedClosing();
  const { run } = await import(main.href);
  await run(process.argv.slice(2));
} else {
  process.stderr.write(
    'marginalia is not built yet: run `npm run build` in its repository, then this command again\n',
  );
  process.exitCode = 2;
}
