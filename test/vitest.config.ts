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
    // Not one less than there are cores, as is usual: half of the time goes to child processes that tests wait for.
    maxWorkers: '100%',
    // The slowest machine that must pass has two shared cores.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    disableConsoleIntercept: true,
    server: { deps: { inline: [/@marginalia\//, /^marginalia$/] } },
  },
});
