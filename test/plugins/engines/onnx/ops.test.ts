import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { opsPage } from '../../../../plugins/engines/onnx/ops.js';

// After a change of the table: npx vitest run test/plugins/engines/onnx/ops.test.ts --update
it('docs/reference/ops.md tells what the table of kernels holds', async () => {
  const existing = tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName);
  await expect(opsPage(existing)).toMatchFileSnapshot('../../../../docs/reference/ops.md');
});
