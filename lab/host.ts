import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Call, Return, Verbs } from './verbs';

type Result<V extends keyof Verbs> = ReturnType<Verbs[V]>;

/** A machine of the lab: something that performs the verbs in a network namespace. */
export interface Host {
  readonly name: string;
  do<V extends keyof Verbs>(verb: V, ...args: Parameters<Verbs[V]>): Result<V>;
}

const AGENT = join(__dirname, 'agent.cjs');

/** The host that is this process's own namespace. */
export class LocalHost implements Host {
  readonly #verbs = require(AGENT) as Verbs;

  constructor(readonly name: string) {}

  do<V extends keyof Verbs>(verb: V, ...args: Parameters<Verbs[V]>): Result<V> {
    const act = this.#verbs[verb] as (...args: Parameters<Verbs[V]>) => Result<V>;
    return act(...args);
  }
}

/** A host in a named namespace: one process there, from `start` until it is disposed of. */
export class RemoteHost implements Host, AsyncDisposable {
  readonly #namespace: string;
  readonly #pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #process?: ChildProcess;
  #calls = 0;

  constructor(
    readonly name: string,
    namespace: string,
  ) {
    this.#namespace = namespace;
  }

  /** Calls may follow at once: they wait in the channel until the process is up. */
  start(): void {
    // Without V8's thread pool a process starts sooner, which shows on a guest kernel.
    const command = ['netns', 'exec', this.#namespace, process.execPath, '--v8-pool-size=0', AGENT];
    const child = spawn('ip', command, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    child.on('message', (message) => this.#settle(message as Return));
    child.on('error', (error) => this.#fail(error));
    child.on('exit', (code, signal) =>
      this.#fail(new Error(`${this.name}'s process ended (${signal ?? code})`)),
    );
    this.#process = child;
  }

  do<V extends keyof Verbs>(verb: V, ...args: Parameters<Verbs[V]>): Result<V> {
    const call: Call = { id: ++this.#calls, verb, args };
    const result = new Promise<unknown>((resolve, reject) => {
      if (!this.#process?.connected) return reject(new Error(`${this.name} has no process`));
      this.#pending.set(call.id, { resolve, reject });
      this.#process.send(call);
    });
    return result as Result<V>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const child = this.#process;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  #settle({ id, value, error }: Return): void {
    const waiting = this.#pending.get(id);
    this.#pending.delete(id);
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(new Error(`${this.name}: ${error}`));
  }

  #fail(error: Error): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}
