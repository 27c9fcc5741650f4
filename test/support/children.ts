import { spawn, type ChildProcess } from 'node:child_process';

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when an event of this type has been printed, or the process has ended. */
  until(type: string): Promise<void>;
}

/** Runs a Node program whose standard output is events as JSON lines. */
export function runNode(args: readonly string[]): Running {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (status, signal) => resolve({ status, signal, stdout, stderr }));
  });
  return {
    process: child,
    ended,
    until: (type) =>
      new Promise((resolve) => {
        const check = () => {
          if (stdout.includes(`{"type":"${type}"`)) resolve();
        };
        child.stdout.on('data', check);
        child.on('close', () => resolve());
        check();
      }),
  };
}
