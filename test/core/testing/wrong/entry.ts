import type { Descriptor } from 'twinspec/plugin';

/** A plugin of the right form that is wrong in one way. */
export interface WrongPlugin {
  readonly plugin: Descriptor;
  /** What is wrong, in one sentence. */
  readonly wrong: string;
}

export const about = (name: string) => ({ name: `wrong/${name}`, summary: 'Wrong on purpose.' });
