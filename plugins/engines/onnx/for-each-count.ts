import { sizeOf, type CompiledProgram, type Feed, type Program } from 'twinspec/plugin';
import { withCount } from './program-graph.js';

/** A program for any count, compiled for each that it is fed with. */
export function forEachCount(
  program: Program,
  compile: (program: Program) => Promise<CompiledProgram>,
): CompiledProgram {
  const compiled = new Map<number, Promise<CompiledProgram>>();
  const [[name, input]] = Object.entries(program.inputs);
  const each = input.kind === 'rows' ? 1 : sizeOf(input.shape.slice(1));

  function compiledFor(feed: Feed): Promise<CompiledProgram> {
    const count = feed.inputs[name].length / each;
    const known = compiled.get(count) ?? compile(withCount(program, count));
    compiled.set(count, known);
    return known;
  }
  return {
    async run(feeds) {
      const results = [];
      for (const feed of feeds) results.push(...(await (await compiledFor(feed)).run([feed])));
      return results;
    },
  };
}
