import { defineConfig } from 'vitest/config';

/** Workspace packages resolve to their sources: a test never judges a stale build. */
const conditions = ['marginalia:source', 'module', 'node', 'import', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['**/*.test.ts'],
    setupFiles: ['./pinned-seed.ts'],
    pool: 'forks',
    // The slowest machine that must pass has two shared cores.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    disableConsoleIntercept: true,
    server: { deps: { inline: [/@marginalia\//, /^marginalia$/] } },
  },
});
