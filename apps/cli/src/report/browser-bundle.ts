/** The script of the page: our own figures and verdicts with Vega and Vega-Lite, as one text that needs nothing else. */
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

/** Packages of ours and of the engine that a page has no use for: what of them is named is left out. */
const absent =
  /^(?:node:.*|@tensorflow\/.*|effect(?:\/.*)?|bullmq|ioredis|redis|hyparquet.*|arquero|@uwdata\/.*|@oclif\/.*|@resvg\/.*|esbuild|piscina)$/;

/** The same text for the same installed code. `live` is what a page has more that is served while runs go on. */
export async function browserScript(name: 'main' | 'live'): Promise<string> {
  const esbuild = await import('esbuild');
  const { outputFiles } = await esbuild.build({
    entryPoints: [fileURLToPath(new URL(`page/${name}.js`, import.meta.url))],
    absWorkingDir: fileURLToPath(new URL('.', import.meta.url)),
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    // Modules that look for files beside themselves find none in a page, and are not asked.
    define: { 'import.meta.url': '"file:///"' },
    logLevel: 'silent',
    plugins: [leaner],
  });
  return (outputFiles[0]?.text ?? '').replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
}

/** A file of ours, in the repository or installed. */
const ours = /[\\/]node_modules[\\/](?:@marginalia|marginalia)[\\/]|^(?!.*[\\/]node_modules[\\/])/;

/** Modules of ours do nothing by being imported: those of which nothing is used are left out whole. */
const leaner: Plugin = {
  name: 'leaner',
  setup(build) {
    build.onResolve({ filter: absent }, ({ path }) => ({ path, namespace: 'absent', sideEffects: false }));
    build.onLoad({ filter: /./, namespace: 'absent' }, () => ({ contents: 'module.exports = {}' }));
    build.onResolve({ filter: /./ }, async ({ path, kind, resolveDir, importer, pluginData }) => {
      // Asking takes its time: nothing of ours is imported but by us.
      if (pluginData === 'resolving' || kind === 'entry-point' || !ours.test(importer)) return undefined;
      const found = await build.resolve(path, { kind, resolveDir, importer, pluginData: 'resolving' });
      if (found.errors.length > 0 || found.external || found.namespace !== 'file') return found;
      return ours.test(found.path) ? { ...found, sideEffects: false } : found;
    });
  },
};
