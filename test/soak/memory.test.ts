import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { train } from 'twinspec';
import { blobs, blobSpec } from '../support/blobs.js';
import { counts } from '../support/soak.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes that are alive, and tfjs tensors. */
function alive(): { bytes: number; tensors: number } {
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return { bytes: heapUsed + external, tensors: tf.memory().numTensors };
}

it.each(['cpu', 'onnx'])('on %s tensors and memory stay as they are', { timeout: 3_600_000 }, async (engine) => {
  const found: ReturnType<typeof alive>[] = [];
  const spec = blobSpec({
    engine,
    training: { learningRate: 0.001, batchSize: 16, epochs: counts.steps / 4, validate: { everyEpochs: null } },
  });
  const { model, summary } = await train(spec, {
    plugins: [blobs()],
    onEvent(event) {
      if (event.type === 'epoch' && event.step % (counts.steps / 10) === 0) found.push(alive());
    },
  });
  await model.dispose();
  expect(summary.steps).toBe(counts.steps);
  const [first, last] = [found[1], found.at(-1)!];
  expect(new Set(found.map(({ tensors }) => tensors)).size).toBe(1);
  const growth = last.bytes / first.bytes - 1;
  expect(growth).toBeLessThan(0.02);
  counts.report(
    `${engine}: ${summary.steps} steps, ${last.tensors} tensors throughout, memory ${(100 * growth).toFixed(2)} % after the first fifth`,
  );
});
