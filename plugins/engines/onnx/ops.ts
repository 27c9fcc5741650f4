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
    'Where an input is NaN, six ops differ from the `cpu` engine; no other number is affected.\n',
    '| op | `cpu` | `onnx` |',
    '| --- | --- | --- |',
    '| `step` | NaN | 0 |',
    '| `sign` | 0 | NaN |',
    '| `max`, `min` along an axis | NaN | may pass over it |',
    '| `maxPool` | passes over it | may give NaN |',
    '| `resizeBilinear` | NaN next to it | NaN in all of the image, in that channel |\n',
    '## Gradients\n',
    'Three gradients that `cpu` takes from tfjs are wrong; compiled, they are those of the forward pass.\n',
    '| gradient of | `cpu` |',
    '| --- | --- |',
    '| `resizeNearestNeighbor`, so of `upSampling2d` | wrong in batches and with half-pixel centers; may never end with corners aligned |',
    '| `resizeBilinear` | of the wrong shape for images that are not square; wrong with half-pixel centers |',
    '| `maxPool3d` | wrong for windows of unequal height and width; to the last of equal maxima, here to the first |\n',
    '## Not compiled\n',
    `${list(others)}\n`,
  ].join('\n');
}
