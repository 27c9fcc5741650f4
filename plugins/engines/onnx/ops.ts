import { families } from './kernels/index.js';

/** The page that lists what compiles, docs/reference/ops.md. `existing`: the names of all kernels that tfjs has. */
export function opsPage(existing: readonly string[]): string {
  const known = new Set(Object.values(families).flatMap((family) => Object.keys(family)));
  const others = existing.filter((kernel) => !known.has(kernel)).sort();
  const list = (kernels: readonly string[]) => kernels.map((kernel) => `\`${kernel}\``).join(', ');
  const sections = Object.entries(families).map(
    ([title, kernels]) => `## ${title}\n\n${list(Object.keys(kernels).sort())}\n`,
  );
  return [
    '# What the onnx engine compiles\n',
    'A tfjs op compiles if every kernel that it runs is listed here, in its gradient too. Anything else is refused with',
    'ENGINE_UNSUPPORTED, and runs with `engine: cpu`. Tensors are float32, int32 or bool, and shapes are static.\n',
    ...sections,
    '## NaN\n',
    'Where an input is NaN, five ops differ from the `cpu` engine; no other number is affected.\n',
    '| op | `cpu` | `onnx` |',
    '| --- | --- | --- |',
    '| `step` | NaN | 0 |',
    '| `sign` | 0 | NaN |',
    '| `max`, `min` along an axis | NaN | may pass over it |',
    '| `maxPool` | passes over it | may give NaN |\n',
    '## Not compiled\n',
    `${list(others)}\n`,
  ].join('\n');
}
