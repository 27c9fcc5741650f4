// Runs same-bits.ts on the built package of the tree that it lies in.
import { createJiti } from 'jiti';

await createJiti(import.meta.url).import('./same-bits.ts');
