import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
}

/** A language server that is spoken to over stdio. */
export interface LanguageServer {
  request<T>(method: string, params: object): Promise<T>;
  notify(method: string, params: object): void;
  /** The params of the next notification of this method that fits. */
  next<T>(method: string, fits: (params: T) => boolean): Promise<T>;
  stop(): void;
}

/** Starts yaml-language-server with the settings that an editor would send. */
export async function startYamlServer(settings: object): Promise<LanguageServer> {
  const home = dirname(createRequire(import.meta.url).resolve('yaml-language-server/package.json'));
  const server = spawn(process.execPath, [join(home, 'bin/yaml-language-server'), '--stdio']);
  const answers = new Map<number, (result: unknown) => void>();
  const listeners = new Set<(message: Message) => void>();
  let last = 0;

  const send = (message: object) => {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message });
    server.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  };
  const receive = (message: Message) => {
    if (message.method === undefined) return answers.get(message.id!)?.(message.result);
    if (message.id !== undefined)
      send({ id: message.id, result: message.method === 'workspace/configuration' ? [settings, {}, {}, {}] : null });
    for (const listener of listeners) listener(message);
  };
  readMessages(server.stdout, receive);

  const client: LanguageServer = {
    request: <T>(method: string, params: object) =>
      new Promise<T>((resolve) => {
        const id = ++last;
        answers.set(id, resolve as (result: unknown) => void);
        send({ id, method, params });
      }),
    notify: (method, params) => send({ method, params }),
    next: <T>(method: string, fits: (params: T) => boolean) =>
      new Promise<T>((resolve) => {
        const listener = (message: Message) => {
          if (message.method !== method || !fits(message.params as T)) return;
          listeners.delete(listener);
          resolve(message.params as T);
        };
        listeners.add(listener);
      }),
    stop: () => void server.kill(),
  };
  await client.request('initialize', {
    processId: process.pid,
    rootUri: null,
    capabilities: {
      textDocument: {
        completion: { completionItem: { documentationFormat: ['markdown', 'plaintext'] } },
        hover: { contentFormat: ['markdown', 'plaintext'] },
        publishDiagnostics: {},
      },
      workspace: { configuration: true },
    },
  });
  client.notify('initialized', {});
  return client;
}

function readMessages(stream: NodeJS.ReadableStream, receive: (message: Message) => void): void {
  let buffer = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      const end = buffer.indexOf('\r\n\r\n');
      if (end === -1) return;
      const length = Number(/Content-Length: (\d+)/i.exec(buffer.subarray(0, end).toString())![1]);
      if (buffer.length < end + 4 + length) return;
      const text = buffer.subarray(end + 4, end + 4 + length).toString();
      buffer = buffer.subarray(end + 4 + length);
      receive(JSON.parse(text) as Message);
    }
  });
}
