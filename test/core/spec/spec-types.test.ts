import type { PluginInput, PluginUse, Spec, SpecInput } from 'twinspec';
import { expectTypeOf, test } from 'vitest';
import type { Kind } from '../../../core/plugin/kinds/index.js';
import type { defaults } from '../../../plugins/index.js';

test('the type of a spec follows from its schema', () => {
  expectTypeOf<Spec['version']>().toEqualTypeOf<1>();
  expectTypeOf<Spec['loss']>().toEqualTypeOf<PluginUse>();
  expectTypeOf<Spec['embedding']>().toEqualTypeOf<{ readonly normalize: boolean }>();
  expectTypeOf<Spec['training']['freeze']>().toEqualTypeOf<readonly string[]>();
  expectTypeOf<Spec['training']['maxSteps']>().toEqualTypeOf<number | null>();
  expectTypeOf<Spec['training']['earlyStopping']>().toEqualTypeOf<{
    readonly metric: 'accuracy' | 'auc' | 'eer' | 'loss';
    readonly patience: number | null;
    readonly minDelta: number;
    readonly restoreBest: boolean;
  }>();
  expectTypeOf<Spec['evaluation']>().toEqualTypeOf<{ readonly threshold: number | 'fit' }>();
});

test('of a spec as people write it what has a default may be left out', () => {
  expectTypeOf<SpecInput['loss']>().toEqualTypeOf<PluginInput>();
  expectTypeOf<SpecInput['training']['learningRate']>().toEqualTypeOf<PluginInput | number>();
  expectTypeOf<SpecInput['training']['clip']>().toEqualTypeOf<
    { readonly value?: number | null; readonly norm?: number | null } | undefined
  >();
  type Optional<T> = { [K in keyof T]-?: object extends Pick<T, K> ? K : never }[keyof T];
  expectTypeOf<Optional<SpecInput>>().toEqualTypeOf<'seed' | 'embedding' | 'reducer' | 'engine' | 'evaluation'>();
  expectTypeOf<Exclude<keyof SpecInput['training'], Optional<SpecInput['training']>>>().toEqualTypeOf<
    'learningRate' | 'epochs'
  >();
});

test('what may be left out is shipped', () => {
  expectTypeOf<'optimizer' | 'reducer' | 'sampler'>().toExtend<keyof typeof defaults & Kind>();
});
