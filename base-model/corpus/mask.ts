/**
 * Masks of e-mail addresses and of what looks like a key, a token or an identifier by chance: a network would recite
 * them or waste itself on them. A mask has the alphabet's characters and, addresses aside, the length of what it masks.
 */

const ADDRESS =
  /[A-Za-z0-9][A-Za-z0-9._%+-]*@(?:[A-Za-z0-9-]+\.)+(?:com|org|net|edu|gov|mil|int|info|biz|name|dev|local|localdomain|example|test|invalid|[a-z]{2})(?![\w(])/g;
const SOMEONE = 'someone@example.org';

/** Keys between lines of dashes, the lines themselves aside; PEM. */
const PEM_BODY = /(?<=-----BEGIN [A-Z0-9 ]+-----)[\s\S]*?(?=-----END [A-Z0-9 ]+-----)/g;

const UUID = /\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b/g;
/** Digests and keys; a decimal number of this length is none. */
const HEXADECIMAL = /\b(?=\d*[a-fA-F])[0-9a-fA-F]{32,}\b/g;

/** Tokens of known form: AWS, GitHub, Slack, Google, OpenAI's and Stripe's, JSON web tokens, public SSH keys. */
const KNOWN_TOKENS =
  /\b(?:A(?:KIA|SIA)[0-9A-Z]{16}|gh[pousr]_\w{30,}|xox[abprs]-[\w-]{10,}|AIza[\w-]{35}|sk[-_](?:live_|test_)?\w{20,}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|AAAA[BC][0-9A-Za-z+/]{30,}={0,2})/g;

/** What may be base64; `looksRandom` decides. */
const LONG_WORD = /[A-Za-z0-9+/_-]{32,}={0,2}/g;

/** A literal that is given to a name of a secret; `isSecret` decides. */
const SECRET =
  /(?<=(?:passw(?:or)?d|secret|token|api_?key|access_?key|private_?key)\w*['"]?\s*[:=]\s*[rbuRBU]?)(['"])([^'"\n]{12,})\1/gi;

export function mask(text: string): string {
  return text
    .replace(ADDRESS, SOMEONE)
    .replace(PEM_BODY, crossOut)
    .replace(UUID, zeros)
    .replace(HEXADECIMAL, zeros)
    .replace(KNOWN_TOKENS, crossOut)
    .replace(LONG_WORD, (word) => (looksRandom(word) ? crossOut(word) : word))
    .replace(SECRET, (literal, quote: string, value: string) =>
      isSecret(value) ? `${quote}${crossOut(value)}${quote}` : literal,
    );
}

const crossOut = (secret: string) => secret.replace(/[A-Za-z0-9]/g, 'x');
const zeros = (digits: string) => digits.replace(/[0-9a-fA-F]/g, '0');

/**
 * Whether letters of both cases and digits change so often as chance makes them: of base64's letters and digits six in
 * ten differ in kind from the one before, in a name of words two in ten, and one in six is a digit.
 */
function looksRandom(word: string): boolean {
  const kinds = [...word].map(kindOf).filter((kind) => kind !== 'other');
  const changes = kinds.filter((kind, i) => i > 0 && kind !== kinds[i - 1]).length;
  const digits = kinds.filter((kind) => kind === 'digit').length;
  const hasBothCases = kinds.includes('upper') && kinds.includes('lower');
  return hasBothCases && digits > 0.08 * kinds.length && changes > 0.45 * kinds.length;
}

function kindOf(character: string): string {
  if (character >= 'a' && character <= 'z') {
    return 'lower';
  }
  if (character >= 'A' && character <= 'Z') {
    return 'upper';
  }
  return character >= '0' && character <= '9' ? 'digit' : 'other';
}

/** One word with letters and digits, as people choose passwords; not a sentence, a path or a format. */
function isSecret(value: string): boolean {
  return /^[\w+/=.~!#$%^&*-]+$/.test(value) && /\d/.test(value) && /[A-Za-z]/.test(value) && !value.includes('%(');
}
