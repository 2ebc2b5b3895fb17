/** One scrape: what was read, as text. */

import { TimeSlice, turn } from '../session/pacing';
import { type Family, sampleOf } from './family';
import { type Format, headingOf } from './format';
import type { Chosen } from './options';
import type { Reading } from './reading';
import { TextBuffer } from './text-buffer';

/** How much text is handed out at a time, in bytes. */
const CHUNK = 65536;

/** Room for what the step that fills a chunk adds, unless labels are very long. */
const STEP_BYTES = 16384;

/**
 * What was read in one go, as text in UTF-8, in chunks of about 64 KiB that end with a line. They are made while they are taken:
 * a large table as one text would stop the event loop when it is sent.
 */
export interface Scrape extends AsyncIterable<Uint8Array> {
  /** The header that belongs to it. */
  readonly contentType: string;
}

/** Writes the metrics of a reading, in steps. */
export function* writeMetrics(
  out: TextBuffer,
  reading: Reading,
  families: readonly Family[],
  { prefix, constant }: Chosen,
  format: Format,
): Generator<void> {
  for (const family of families) {
    const name = `${prefix}_${family.name}`;
    out.add(headingOf(family, name, format));
    yield* family.write(out, reading, sampleOf(name, constant));
  }
  out.add(format.end);
}

/** The text that `write` writes, in chunks; the event loop turns between slices of the work. */
export async function* inChunks(
  write: (out: TextBuffer) => Iterable<void>,
): AsyncGenerator<Buffer, void, undefined> {
  const out = new TextBuffer(CHUNK + STEP_BYTES);
  const slice = new TimeSlice();
  slice.begin();
  for (const _ of write(out)) {
    if (out.length >= CHUNK) yield out.take();
    if (slice.isOver()) {
      await turn();
      slice.begin();
    }
  }
  if (out.length > 0) yield out.take();
}

/** The same as one text. */
export async function joined(write: (out: TextBuffer) => Iterable<void>): Promise<string> {
  let text = '';
  for await (const chunk of inChunks(write)) text += chunk.toString();
  return text;
}
