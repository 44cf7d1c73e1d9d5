import type { Bracket } from '../../src/python/lexer';

/** Characters of all texts that regular expressions are tried on in some work: what they cost at least. */
export function charactersTried(work: () => void): number {
  const { exec } = RegExp.prototype;
  let characters = 0;
  RegExp.prototype.exec = function (text) {
    characters += text.length;
    return exec.call(this, text);
  };
  try {
    work();
  } finally {
    RegExp.prototype.exec = exec;
  }
  return characters;
}

/** Steps that were taken from a bracket to the one around it. */
export interface Steps {
  count: number;
}

/** The same open brackets, which count in `steps` how often somebody goes from one of them outwards. */
export function counted(innermost: Bracket | null, steps: Steps): Bracket | null {
  const outwards: Bracket[] = [];
  for (let bracket = innermost; bracket !== null; bracket = bracket.outer) {
    outwards.push(bracket);
  }
  return outwards.reduceRight<Bracket | null>((outer, bracket) => {
    const copy = { ...bracket };
    Object.defineProperty(copy, 'outer', {
      get() {
        steps.count++;
        return outer;
      },
    });
    return copy;
  }, null);
}
