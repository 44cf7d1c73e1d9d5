import path from 'node:path';
import { parseGlob } from './glob';
import { Pattern } from './pattern';
import { type IgnoreRule, parseRules, RuleList } from './rule-list';

/** Globs of the user's that leave files and folders out, by their paths in a folder. */
export class Excludes {
  /** Reasons not to use some of the globs, each a phrase for people. */
  readonly complaints: readonly string[];
  readonly notUnderstood: readonly string[];
  readonly #rules: RuleList;

  constructor(globs: readonly string[]) {
    const notUnderstood: string[] = [];
    const { rules, complaints } = parseRules(globs, (glob) => {
      const rule = parseExclude(glob);
      if (rule === null) {
        notUnderstood.push(glob);
      }
      return rule;
    });
    this.#rules = new RuleList(rules);
    this.complaints = complaints.map((complaint) => `excludes with ${complaint}`);
    this.notUnderstood = notUnderstood;
  }

  /** `path` is the folder's or file's own, relative to the folder that the globs are for, with forward slashes. */
  has(name: string, path: string): boolean {
    return this.#rules.deciding({ name, path, isFolder: false }) !== undefined;
  }
}

function parseExclude(glob: string): IgnoreRule | null {
  // What is all of a folder's content is the folder, since that is not entered then.
  const whole = path.posix.normalize(glob).replace(/^\/+|(\/\*\*)?\/*$/g, '');
  const named = whole.replace(/^\*\*\/(?=[^/]+$)/, '');
  const expression = parseGlob(named);
  return (
    expression && { pattern: new Pattern(expression), isPath: named === whole, onlyFolders: false, isNegated: false }
  );
}
