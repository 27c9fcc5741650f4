import type { Tf } from '../plugin/tensors.js';

/** TensorFlow.js, loaded when first needed: half a second that `--help` does not have. Its banner stays silent. */
export async function loadTf(): Promise<Tf> {
  const tf = await import('@tensorflow/tfjs');
  Object.assign(tf.findBackend('cpu'), { firstUse: false });
  return tf;
}
