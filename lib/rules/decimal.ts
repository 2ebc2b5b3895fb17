/** A decimal number as strtol reads it: optional blanks, an optional sign, and nothing after the digits. */
export function readNumber(text: string, min: number, max: number): number | undefined {
  if (!NUMBER.test(text)) return undefined;
  const value = Number(text);
  return value >= min && value <= max ? value + 0 : undefined;
}

const NUMBER = /^[ \t\n\v\f\r]*[+-]?[0-9]+$/;
