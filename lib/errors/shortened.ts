/** Text of any length and content as a message can show it. */

/** The text itself, or its beginning and its length; characters that cannot be seen are written `\u{feff}`. */
export function shortened(text: string, length = 60): string {
  const whole = text.length <= length;
  const shown = (whole ? text : text.slice(0, length)).replace(new RegExp(UNSEEN, 'gu'), escaped);
  return whole ? shown : `${shown}… (${text.length} characters)`;
}

/**
 * Characters that cannot be seen, or that a terminal would obey. No literal: V8 builds its set as it reads the file, which
 * takes as long as ten thousand characters of code.
 */
const UNSEEN = String.raw`(?! )[\p{C}\p{Z}]`;

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) as number).toString(16)}}`;
}
