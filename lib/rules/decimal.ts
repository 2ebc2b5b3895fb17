/** Decimal numbers as strtol takes them: blanks before, a sign, nothing behind. */
export function readNumber(text: string, min: number, max: number): number | undefined {
  if (!NUMBER.test(text)) return undefined;
  const value = Number(text);
  return value >= min && value <= max ? value + 0 : undefined;
}

const NUMBER = /^[ \t\n\v\f\r]*[+-]?[0-9]+$/;
