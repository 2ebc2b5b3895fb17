import { ip } from '../../../lab/shell';

/** A network namespace with a name, there until it is disposed of. */
export class Namespace implements AsyncDisposable {
  readonly path: string;

  private constructor(readonly name: string) {
    this.path = `/run/netns/${name}`;
  }

  /** Makes it and runs `ip` commands inside. Without any, no interface of it is up. */
  static async make(name: string, commands: readonly string[] = []): Promise<Namespace> {
    await ip([`netns add ${name}`]);
    if (commands.length > 0) await ip(commands, name);
    return new Namespace(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await ip([`netns delete ${this.name}`]);
  }
}
