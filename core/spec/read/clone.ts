import { refusedKeys } from '../../plugin/option-faults.js';
import type { Limits } from './limits.js';
import type { Report } from './report.js';
import { emptyMapping } from '../../schema/mapping.js';
import { child, dotted, type Tree } from './tree.js';
import { quote } from '../../words/received.js';

/**
 * Copies plain data: null, booleans, numbers, texts, arrays and plain objects. What else there is, is reported and left
 * out, as is what goes past the limits; a circular object goes past the depth.
 */
export function cloneData(source: unknown, limits: Limits, report: Report): Tree {
  let nodes = 0;
  let full = false;

  function refuse(pointer: string, message: string, hint?: string): null {
    const path = dotted(pointer);
    report.add({ order: 0 }, { code: 'SPEC_INVALID', path, message, ...(hint === undefined ? {} : { hint }) });
    return null;
  }

  function copy(value: unknown, pointer: string, depth: number): unknown {
    if (full) return null;
    if (++nodes > limits.nodes) {
      full = true;
      return refuse('', `The spec has more than ${limits.nodes} keys and values.`);
    }
    if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value;
    if (typeof value !== 'object')
      return refuse(pointer, `"${dotted(pointer)}" is a ${typeof value}.`, 'A spec is plain data.');
    if (depth >= limits.depth)
      return refuse(pointer, `The spec is nested deeper than ${limits.depth} levels, or is circular.`);
    if (Array.isArray(value)) return value.map((item, index) => copy(item, child(pointer, index), depth + 1));
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== null && prototype !== Object.prototype)
      return refuse(pointer, `"${dotted(pointer)}" is an instance of a class.`, 'A spec is plain data.');
    const mapping = emptyMapping();
    for (const [key, item] of Object.entries(value)) {
      if (refusedKeys.has(key)) refuse(child(pointer, key), `The key ${quote(key)} is not allowed in a spec.`);
      else if (item !== undefined) mapping[key] = copy(item, child(pointer, key), depth + 1);
    }
    return mapping;
  }

  return { value: copy(source, '', 0), places: new Map() };
}
