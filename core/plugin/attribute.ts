import { TwinspecError } from '../errors.js';
import { authorsLine } from '../words/authors-line.js';

/** Runs a function of a plugin, known by its name, so that what goes wrong in it names both. */
export type Run = <T>(name: string, run: () => T) => T;

/**
 * Runs a plugin's code; what it throws, or what a promise of it rejects with, comes out as a coded error that names the
 * plugin and the author's line.
 *
 * @param plugin such as `loss acme/my-loss: values`
 */
export function attribute<T>(plugin: string, run: () => T): T {
  const fail = (error: unknown): never => {
    throw attributed(plugin, error);
  };
  try {
    const result = run();
    return result instanceof Promise ? (result.catch(fail) as T) : result;
  } catch (error) {
    return fail(error);
  }
}

function attributed(plugin: string, error: unknown): TwinspecError {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof TwinspecError)) {
    const line = authorsLine(error);
    const where = line === undefined ? '' : ` (at ${line})`;
    return new TwinspecError('PLUGIN_FAILED', `${plugin}: ${message}${where}`, { cause: error });
  }
  if (message.startsWith(plugin)) return error;
  return new TwinspecError(error.code, `${plugin}: ${message}`, {
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    problems: error.problems,
    cause: error,
  });
}
