import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^twinspec\/plugin$/, replacement: path('core/plugin/index.ts') },
      { find: /^twinspec\/testing$/, replacement: path('core/testing.ts') },
      { find: /^twinspec$/, replacement: path('core/index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['dist', 'node_modules'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
