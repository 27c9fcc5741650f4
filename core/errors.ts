/**
 * Every error that a user can meet, by its stable code. A code is never reused for another meaning.
 * `exit` is the status with which the command line ends: 1 the run failed, 2 the spec or the call is wrong,
 * 3 storage failed.
 */
export const errorCodes = {
  SPEC_FILE: { exit: 2, summary: 'The spec file is missing, empty, too large or not readable text.' },
  SPEC_SYNTAX: { exit: 2, summary: 'The spec is not valid YAML, or uses YAML that specs do not allow.' },
  SPEC_INVALID: { exit: 2, summary: 'The spec breaks its schema, or names plugins or options that do not exist.' },
  SPEC_MISMATCH: { exit: 2, summary: 'Parts of the spec are each valid but do not fit together.' },
  CALL_INVALID: { exit: 2, summary: 'A command line or an API call has an argument that is wrong.' },
  PLUGIN_LOAD: { exit: 2, summary: 'A plugin file cannot be loaded, or does not export a plugin.' },
  PLUGIN_INVALID: { exit: 2, summary: 'A plugin descriptor breaks its contract.' },
  PLUGIN_FAILED: { exit: 1, summary: "A plugin's own code threw or returned something of the wrong shape." },
  DATA_FILE: { exit: 1, summary: 'A data file is missing, damaged or not what it should be.' },
  DATA_INVALID: { exit: 1, summary: 'A dataset yields values that cannot be trained on.' },
  DATA_CHANGED: { exit: 2, summary: 'The data are not those that a model was trained and judged on.' },
  ENGINE_UNAVAILABLE: { exit: 2, summary: 'The engine that was asked for cannot run on this machine.' },
  ENGINE_UNSUPPORTED: { exit: 1, summary: 'A step uses something that this engine cannot compile.' },
  NON_FINITE: { exit: 1, summary: 'A loss, gradient or weight became NaN or infinite.' },
  ABORTED: { exit: 1, summary: 'The run was stopped by its AbortSignal.' },
  RUN_FOLDER: {
    exit: 2,
    summary: 'The run folder exists already and is not empty, is not a run folder, or another process writes to it.',
  },
  CHECKPOINT_INVALID: { exit: 1, summary: 'The checkpoints of a run are incomplete, damaged or of another format.' },
  RESUME_REFUSED: {
    exit: 2,
    summary: 'A run cannot go on: it has ended, or its spec or its dataset is not the one that it began with.',
  },
  MODEL_INVALID: { exit: 1, summary: 'The saved model is incomplete, damaged or of another format.' },
  STORAGE: { exit: 3, summary: 'A file could not be written: disk full, read-only folder or no permission.' },
} as const satisfies Record<string, { exit: 1 | 2 | 3; summary: string }>;

export type ErrorCode = keyof typeof errorCodes;

/** One thing that is wrong, and where. */
export interface Problem {
  readonly code: ErrorCode;
  /** A warning is worth a look and refuses nothing; absent for an error. */
  readonly severity?: 'warning';
  /** File name as the user gave it; absent when the input was no file. */
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based. */
  readonly column?: number;
  /** The override `path=value` that the problem is in, instead of a place in a file. */
  readonly set?: string;
  /** Dotted path inside the spec, such as `loss.with.margin`. */
  readonly path?: string;
  /** What is wrong, with what was received. */
  readonly message: string;
  /** What would be right. */
  readonly hint?: string;
  /** The lines of the file around the place, with a mark under it. */
  readonly frame?: string;
  /** The page of the documentation to read, from the root of the package. */
  readonly docs?: string;
}

/** The one class of error that Twinspec throws at its users. `code` is stable, the wording is not. */
export class TwinspecError extends Error {
  override readonly name = 'TwinspecError';
  readonly code: ErrorCode;
  /** What would be right or what to do; absent when the message says it all. */
  readonly hint: string | undefined;
  /** All problems found, in the order of the file; empty when the error is not about a spec. */
  readonly problems: readonly Problem[];

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string; problems?: readonly Problem[]; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.problems = options.problems ?? [];
  }
}
