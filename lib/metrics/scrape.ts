/** One scrape: what was read, as text. */

import { TimeSlice, turn } from '../session/pacing';
import { type Family, sampleOf } from './family';
import { type Format, headingOf } from './format';
import type { Chosen } from './options';
import type { Reading } from './reading';

/** How much text is handed out at a time, in characters. */
const CHUNK = 65536;

/**
 * What was read in one go, as text in chunks of about 64 KiB, which are made while they are taken: a large table as one
 * text would stop the event loop when it is sent.
 */
export interface Scrape extends AsyncIterable<string> {
  /** The header that belongs to it. */
  readonly contentType: string;
}

/** The metrics of a reading, in pieces of some lines. */
export function* piecesOf(
  reading: Reading,
  families: readonly Family[],
  { prefix, constant }: Chosen,
  format: Format,
): Generator<string> {
  for (const family of families) {
    const name = `${prefix}_${family.name}`;
    yield headingOf(family, name, format);
    yield* family.pieces(reading, sampleOf(name, constant));
  }
  yield format.end;
}

/** Puts pieces together to chunks; the event loop turns between slices of the work. */
export async function* inChunks(pieces: Iterable<string>): AsyncGenerator<string, void, undefined> {
  const slice = new TimeSlice();
  slice.begin();
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length >= CHUNK) {
      yield chunk;
      chunk = '';
    }
    if (slice.isOver()) {
      await turn();
      slice.begin();
    }
  }
  if (chunk !== '') yield chunk;
}

/** All pieces as one text. */
export async function joined(pieces: Iterable<string>): Promise<string> {
  let text = '';
  for await (const chunk of inChunks(pieces)) text += chunk;
  return text;
}
