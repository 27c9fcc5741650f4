import * as tf from '@tensorflow/tfjs';
import { onBackend } from 'twinspec/plugin';
import { expect, it } from 'vitest';
import { bindBase } from '../../../core/graph/bound-base.js';
import { stream } from '../../../core/random/stream.js';

/** A small, a large and another small weight, and a number that the author draws. */
function build(drawn: number[]): tf.LayersModel {
  const { dense } = tf.layers;
  const model = tf.sequential({ layers: [dense({ units: 300, inputShape: [4] }), dense({ units: 300 })] });
  model.add(dense({ units: 2, kernelInitializer: 'orthogonal' }));
  drawn.push(Math.random());
  return model;
}

it('large weights that are replaced anyway are not drawn, and all else is as if they were', () => {
  onBackend(tf, 'cpu', () => {
    const numbers: number[] = [];
    const drawn = bindBase(tf, { point: [4] }, () => build(numbers), stream(1, 'weights')).weights;
    const replaced = bindBase(tf, { point: [4] }, () => build(numbers), stream(1, 'weights'), {
      replacedBy: 1e7,
    }).weights;
    expect(numbers[0]).toBe(numbers[1]);
    const large = 'base/1/kernel';
    expect(Object.keys(replaced)).toEqual(Object.keys(drawn));
    for (const [place, { shape, data }] of Object.entries(replaced)) {
      expect(shape).toEqual(drawn[place].shape);
      expect(data).toEqual(place === large ? new Float32Array(90_000) : drawn[place].data);
    }
    expect(drawn[large].data.some((value) => value !== 0)).toBe(true);
  });
});
