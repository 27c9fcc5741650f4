import { TwinspecError } from '../errors.js';

/** Runs a plugin's code; what it throws comes out as a coded error that names the plugin. */
export function attribute<T>(plugin: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (!(error instanceof TwinspecError))
      throw new TwinspecError('PLUGIN_FAILED', `${plugin}: ${message}`, { cause: error });
    if (message.startsWith(plugin)) throw error;
    throw new TwinspecError(error.code, `${plugin}: ${message}`, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      problems: error.problems,
      cause: error,
    });
  }
}
