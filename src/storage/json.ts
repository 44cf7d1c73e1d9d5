/** JavaScript reads a number such as `1e999` as infinity. */
const MAY_BE_INFINITE = /\d[eE]\+?\d|\d{309}/;

/**
 * Value of a JSON text from a file that anybody may have edited; a number that is too large for JavaScript is refused,
 * like a text that is not JSON.
 *
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  return MAY_BE_INFINITE.test(text) ? JSON.parse(text, refuseInfinity) : JSON.parse(text);
}

function refuseInfinity(key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new SyntaxError(`${key} is too large a number`);
  }
  return value;
}
