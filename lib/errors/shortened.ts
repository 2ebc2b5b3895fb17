/** Text of any length and content as a message can show it. */

/** Characters that cannot be seen, or that a terminal would obey. */
const INVISIBLE = /(?! )[\p{C}\p{Z}]/gu;

/** The text itself, or its beginning and its length; characters that cannot be seen are written `\u{feff}`. */
export function shortened(text: string, length = 60): string {
  const whole = text.length <= length;
  const shown = (whole ? text : text.slice(0, length)).replace(INVISIBLE, escaped);
  return whole ? shown : `${shown}… (${text.length} characters)`;
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) as number).toString(16)}}`;
}
