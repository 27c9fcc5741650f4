import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * A hint where a path that is not there differs only in its Unicode form from one that is, as when a name with "é" comes
 * from another system: the two look the same. Undefined where there is none.
 */
export function sameName(path: string): string | undefined {
  try {
    const name = basename(path).normalize();
    const found = readdirSync(dirname(path)).find((entry) => entry !== basename(path) && entry.normalize() === name);
    if (found === undefined) return undefined;
    return `There is ${join(dirname(path), found)}, whose name looks the same and is written in another Unicode form: rename it, or complete the name with your shell.`;
  } catch {
    return undefined;
  }
}
