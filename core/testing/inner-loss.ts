import type { Consumes, Loss, LossDescriptor, PairInputs } from '../plugin/kinds/loss.js';
import type { Lab, Options } from './lab.js';

/** What a loss is tried with: of a loss around others, pairs. */
export function triedWith({ consumes }: LossDescriptor): Consumes {
  return typeof consumes === 'string' ? consumes : 'pairs';
}

/** The options of a loss, that which holds other losses filled with the contrastive loss where the test does not give any. */
export function withInnerLoss({ tf }: Lab, { consumes, options }: LossDescriptor, given: Options): Options {
  if (typeof consumes !== 'object' || given[consumes.like] !== undefined) return given;
  const inner: Pick<Loss<'pairs'>, 'values'> = {
    values({ distance, same }: PairInputs) {
      const pull = tf.mul(same, tf.square(distance));
      return tf.add(pull, tf.mul(tf.sub(1, same), tf.square(tf.relu(tf.sub(1, distance)))));
    },
  };
  return { ...given, [consumes.like]: options[consumes.like].type === 'array' ? [inner] : inner };
}
