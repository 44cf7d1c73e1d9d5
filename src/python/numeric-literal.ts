type Digits = 'zeros' | 'oldOctal' | 'integer' | 'fraction' | 'exponent' | 'hexadecimal' | 'octal' | 'binary';

/**
 * Read part of a numeric literal: a state of the automaton that recognises Python's. A name that ends with an
 * underscore stands for text that does, so that a digit has to follow.
 */
export type NumberState =
  | Digits
  | `${Digits}_`
  | ('zero' | 'hexadecimalPrefix' | 'octalPrefix' | 'binaryPrefix')
  | ('point' | 'smallE' | 'capitalE' | 'exponentSign' | 'imaginary');

/** The states after characters, by strings of all characters that lead to the same one. */
type Transitions = Readonly<Record<string, NumberState>>;

const DECIMAL = '0123456789';
const NON_ZERO = '123456789';
const HEXADECIMAL = `${DECIMAL}abcdefABCDEF`;
const OCTAL = '01234567';
const BINARY = '01';

const AFTER_ZERO: Transitions = { 0: 'zeros', [NON_ZERO]: 'oldOctal' };
const BASES: Transitions = { xX: 'hexadecimalPrefix', oO: 'octalPrefix', bB: 'binaryPrefix' };
const AFTER_FRACTION: Transitions = { e: 'smallE', E: 'capitalE', jJ: 'imaginary' };
const AFTER_INTEGER: Transitions = { '.': 'point', ...AFTER_FRACTION };
const AFTER_E: Transitions = { [DECIMAL]: 'exponent', '+-': 'exponentSign' };

const TRANSITIONS: Readonly<Record<NumberState, Transitions>> = {
  zero: { ...AFTER_ZERO, _: 'zeros_', ...BASES, ...AFTER_INTEGER },
  zeros: { ...AFTER_ZERO, _: 'zeros_', ...AFTER_INTEGER },
  zeros_: AFTER_ZERO,
  // No number by itself in Python 3: 0777 has to become 0777. or 0777j.
  oldOctal: { [DECIMAL]: 'oldOctal', _: 'oldOctal_', ...AFTER_INTEGER },
  oldOctal_: { [DECIMAL]: 'oldOctal' },
  integer: { [DECIMAL]: 'integer', _: 'integer_', ...AFTER_INTEGER },
  integer_: { [DECIMAL]: 'integer' },
  point: { [DECIMAL]: 'fraction', ...AFTER_FRACTION },
  fraction: { [DECIMAL]: 'fraction', _: 'fraction_', ...AFTER_FRACTION },
  fraction_: { [DECIMAL]: 'fraction' },
  smallE: AFTER_E,
  capitalE: AFTER_E,
  exponentSign: { [DECIMAL]: 'exponent' },
  exponent: { [DECIMAL]: 'exponent', _: 'exponent_', jJ: 'imaginary' },
  exponent_: { [DECIMAL]: 'exponent' },
  imaginary: {},
  hexadecimalPrefix: { [HEXADECIMAL]: 'hexadecimal', _: 'hexadecimal_' },
  hexadecimal: { [HEXADECIMAL]: 'hexadecimal', _: 'hexadecimal_' },
  hexadecimal_: { [HEXADECIMAL]: 'hexadecimal' },
  octalPrefix: { [OCTAL]: 'octal', _: 'octal_' },
  octal: { [OCTAL]: 'octal', _: 'octal_' },
  octal_: { [OCTAL]: 'octal' },
  binaryPrefix: { [BINARY]: 'binary', _: 'binary_' },
  binary: { [BINARY]: 'binary', _: 'binary_' },
  binary_: { [BINARY]: 'binary' },
};

/** The same by state and code unit. */
const NEXT: ReadonlyMap<string, ReadonlyMap<number, NumberState>> = new Map(
  Object.entries(TRANSITIONS).map(([state, transitions]) => [state, byCodeUnit(transitions)]),
);

function byCodeUnit(transitions: Transitions): Map<number, NumberState> {
  const states = new Map<number, NumberState>();
  for (const [characters, next] of Object.entries(transitions)) {
    for (const character of characters) {
      states.set(character.charCodeAt(0), next);
    }
  }
  return states;
}

const WHOLE: ReadonlySet<NumberState> = new Set<NumberState>([
  ...(['zero', 'zeros', 'integer', 'point', 'fraction', 'exponent', 'imaginary'] as const),
  ...(['hexadecimal', 'octal', 'binary'] as const),
]);

/** Code unit of `0`. */
const ZERO = 48;

/** The state after a number's first digit. */
export function numberFrom(digit: number): NumberState {
  return digit === ZERO ? 'zero' : 'integer';
}

/** The state after one more code unit, or null where no number goes on like this. */
export function numberAfter(state: NumberState, unit: number): NumberState | null {
  return NEXT.get(state)?.get(unit) ?? null;
}

/** Whether the text is a number, not only what one may begin with: `0x`, `1e-`, `1_`, `0777`. */
export function isNumber(state: NumberState): boolean {
  return WHOLE.has(state);
}

/** Whether an `e` after digits may still begin an exponent or `else`: `1e` may become `1e5` as well as `1 else`. */
export function isExponentOrElse(state: NumberState): boolean {
  return state === 'smallE';
}
