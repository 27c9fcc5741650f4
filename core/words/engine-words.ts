import { counted } from './counted.js';

/** What runs the steps: `onnx (onnxruntime-node 1.30.0, cpu, 2 threads)`. */
export function engineWords(report: {
  readonly engine: string;
  readonly runtime: string;
  readonly device: string;
  readonly threads: number;
}): string {
  const { engine, runtime, device, threads } = report;
  return `${engine} (${runtime}, ${device}, ${counted(threads, 'thread')})`;
}
