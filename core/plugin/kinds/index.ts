import { base } from './base.js';
import { dataset } from './dataset.js';
import { distance } from './distance.js';
import { engine } from './engine.js';
import { loss } from './loss.js';
import { optimizer } from './optimizer.js';
import { reducer } from './reducer.js';
import { sampler } from './sampler.js';
import { schedule } from './schedule.js';

/** Every kind of plugin. */
export const kinds = { base, distance, loss, reducer, dataset, sampler, optimizer, schedule, engine } as const;

export type Kind = keyof typeof kinds;
export const kindNames = Object.keys(kinds) as readonly Kind[];

/** The descriptor of each kind of plugin. */
export type DescriptorOf = { readonly [K in Kind]: ReturnType<(typeof kinds)[K]['describe']> };
