/** Text of any length and content as a message can show it. */

/** The text itself, or its beginning and its length; characters that cannot be seen are written `\u{feff}`. */
export function shortened(text: string, length = 60): string {
  const whole = text.length <= length;
  // Characters that cannot be seen, or that a terminal would obey. Here, since V8 builds the set as it reads the literal.
  const shown = (whole ? text : text.slice(0, length)).replace(/(?! )[\p{C}\p{Z}]/gu, escaped);
  return whole ? shown : `${shown}… (${text.length} characters)`;
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) as number).toString(16)}}`;
}
