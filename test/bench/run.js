// Runs a benchmark from its TypeScript source: node test/bench/run.js <name> [arguments]
import { fileURLToPath } from 'node:url';
import { createJiti } from 'jiti';

const root = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const jiti = createJiti(import.meta.url, {
  alias: { 'twinspec/plugin': root('core/plugin/index.ts'), twinspec: root('core/index.ts') },
});
await jiti.import(root(`test/bench/${process.argv[2]}.ts`));
