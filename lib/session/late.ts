/** A part of a handle that is made with its first use: most processes never load the room that it is of. */
export class Late<T extends { close(): void }> {
  readonly #make: () => T;
  #part: T | undefined;
  #closed = false;

  constructor(make: () => T) {
    this.#make = make;
  }

  /** After `close`, one that is closed. */
  get(): T {
    if (this.#part === undefined) {
      this.#part = this.#make();
      if (this.#closed) this.#part.close();
    }
    return this.#part;
  }

  close(): void {
    this.#closed = true;
    this.#part?.close();
  }
}
