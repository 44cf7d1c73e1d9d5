import type { Pattern } from './pattern';

/** A rule: what it matches, and whether that is left out or, with `isNegated`, kept after all. */
export interface IgnoreRule {
  readonly pattern: Pattern;
  /** Matched with the path from the rules' own folder on, else with the name alone. */
  readonly isPath: boolean;
  readonly onlyFolders: boolean;
  readonly isNegated: boolean;
}

/** A file or folder that rules are tried on. */
export interface Entry {
  readonly name: string;
  /** From the rules' own folder on, with forward slashes. */
  readonly path: string;
  readonly isFolder: boolean;
}

/** Cost of rules, or the rest of a limit on it. */
export interface RuleCost {
  readonly rules: number;
  /** Characters of the rules with wildcards: each may take a step for each character of a path. */
  readonly wildcardCharacters: number;
}

/** Limits on the rules that hold in one folder, so that no workspace is slow by its rules. */
export const MOST_RULES: RuleCost = { rules: 10_000, wildcardCharacters: 20_000 };

/** Longer rules are not used. */
const LONGEST_RULE = 1000;

export interface ParsedRules {
  readonly rules: IgnoreRule[];
  readonly left: RuleCost;
  /** Reasons not to use some of the rules, each a phrase for people. */
  readonly complaints: string[];
}

/** The rules of these lines, as far as they cost no more than `left`; `parse` gives null for a line that has none. */
export function parseRules(
  lines: Iterable<string>,
  parse: (line: string) => IgnoreRule | null,
  left: RuleCost = MOST_RULES,
): ParsedRules {
  const rules: IgnoreRule[] = [];
  const complaints = new Set<string>();
  let { rules: rulesLeft, wildcardCharacters } = left;
  for (const line of lines) {
    if (line.length > LONGEST_RULE) {
      complaints.add(`a rule of more than ${number(LONGEST_RULE)} characters, which is not used`);
      continue;
    }
    const wild = /[*?[\\{(]/.test(line) ? line.length : 0;
    if (rulesLeft === 0 || wild > wildcardCharacters) {
      complaints.add(`more rules than are used (${number(MOST_RULES.rules)} in a folder and those above it, and \
${number(MOST_RULES.wildcardCharacters)} characters of rules with wildcards)`);
      break;
    }
    const rule = parse(line);
    if (rule === null) {
      continue;
    }
    rules.push(rule);
    rulesLeft--;
    if (rule.pattern.literal === null) {
      wildcardCharacters -= wild;
    }
  }
  return { rules, left: { rules: rulesLeft, wildcardCharacters }, complaints: [...complaints] };
}

function number(count: number): string {
  return count.toLocaleString('en');
}

/** Rules in order, of which the last that matches counts. Those without wildcards are looked up, not tried. */
export class RuleList {
  readonly #rules: readonly IgnoreRule[];
  /** Positions of the last rules for these names, paths (that begin with a slash) and folders (that end with one). */
  readonly #literal = new Map<string, number>();
  /** Positions of the other rules. */
  readonly #wild: number[] = [];

  constructor(rules: readonly IgnoreRule[]) {
    this.#rules = rules;
    for (const [at, { pattern, isPath, onlyFolders }] of rules.entries()) {
      if (pattern.literal === null) {
        this.#wild.push(at);
      } else {
        this.#literal.set(`${isPath ? '/' : ''}${pattern.literal}${onlyFolders ? '/' : ''}`, at);
      }
    }
  }

  get isEmpty(): boolean {
    return this.#rules.length === 0;
  }

  /** The last rule that matches. */
  deciding(entry: Entry): IgnoreRule | undefined {
    let last = this.#lastLiteral(entry);
    for (let index = this.#wild.length - 1; index >= 0; index--) {
      const at = this.#wild[index]!;
      if (at < last) {
        break;
      }
      if (!matches(this.#rules[at]!, entry)) {
        continue;
      }
      last = at;
      break;
    }
    return this.#rules[last];
  }

  /** The same rules, without those that leave out this entry. */
  without(entry: Entry): RuleList {
    return new RuleList(this.#rules.filter((rule) => rule.isNegated || !matches(rule, entry)));
  }

  #lastLiteral({ name, path, isFolder }: Entry): number {
    const at = (key: string) => this.#literal.get(key) ?? -1;
    const last = Math.max(at(name), at(`/${path}`));
    return isFolder ? Math.max(last, at(`${name}/`), at(`/${path}/`)) : last;
  }
}

function matches({ pattern, isPath, onlyFolders }: IgnoreRule, { name, path, isFolder }: Entry): boolean {
  return (isFolder || !onlyFolders) && pattern.matches(isPath ? path : name);
}
