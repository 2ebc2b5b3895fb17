/** Looking at a host: what could not be looked at is remembered, and is a finding of its own. */

import type { BackendHost } from '../../backend/backend';
import { type Answer, type Question, readAnswers, writeQuestions } from './netlink';

/** How often a dump is repeated that something changed under. */
const MOST_DUMPS = 4;

const ENOENT = 2;

/** What could not be looked at. */
export interface Unseen {
  what: string;
  errno: number;
}

export class Inspection {
  readonly unseen: Unseen[] = [];
  readonly #host: BackendHost;
  readonly #signal: AbortSignal | undefined;

  constructor(host: BackendHost, signal: AbortSignal | undefined) {
    this.#host = host;
    this.#signal = signal;
  }

  /** The files' texts by path, without the newline at their end; those that there are not are left out. */
  async files(what: string, paths: readonly string[]): Promise<Map<string, string>> {
    this.#signal?.throwIfAborted();
    const texts = await this.#host.readFiles(paths);
    const found = new Map<string, string>();
    if (typeof texts === 'number') {
      this.#miss(what, texts);
      return found;
    }
    for (const [index, text] of texts.entries()) {
      if (typeof text === 'string') found.set(paths[index] as string, text.replace(/\n$/, ''));
      else if (text !== ENOENT) this.#miss(what, text);
    }
    return found;
  }

  /** What answered each question; nothing of what could not be asked. */
  async ask(what: string, protocol: number, questions: readonly Question[]): Promise<Answer[]> {
    const none = () => questions.map((): Answer => ({ errno: 0, interrupted: false, messages: [] }));
    if (questions.length === 0) return [];
    for (let dumps = 1; ; dumps++) {
      this.#signal?.throwIfAborted();
      const bytes = await this.#host.askNetlink(protocol, writeQuestions(questions));
      if (typeof bytes === 'number') {
        this.#miss(what, bytes);
        return none();
      }
      const answers = readAnswers(new Uint8Array(bytes), questions.length);
      if (dumps === MOST_DUMPS || !answers.some(({ interrupted }) => interrupted)) return answers;
    }
  }

  /** As `ask`, of one question; a refusal is something that could not be looked at. */
  async dump(what: string, protocol: number, question: Question): Promise<Answer['messages']> {
    const [answer] = await this.ask(what, protocol, [question]);
    if (answer?.errno) this.#miss(what, answer.errno);
    return answer?.messages ?? [];
  }

  /** A socket's option, or nothing. */
  async option(
    what: string,
    family: number,
    level: number,
    name: number,
    value: Uint8Array,
  ): Promise<Uint8Array | undefined> {
    this.#signal?.throwIfAborted();
    const answer = await this.#host.socketOption(family, level, name, value);
    if (typeof answer !== 'number') return new Uint8Array(answer);
    this.#miss(what, answer);
    return undefined;
  }

  #miss(what: string, errno: number): void {
    if (!this.unseen.some((each) => each.what === what)) this.unseen.push({ what, errno });
  }
}
