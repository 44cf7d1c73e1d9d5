import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { test } from 'node:test';
import { globSync } from 'tinyglobby';

const ROOT = resolve(__dirname, '..', '..');
const LONGEST = 120;

const IGNORED = ['**/node_modules/**', 'test-artefacts/**', '.vscode-test/**'];
const papers = globSync('**/*.md', { cwd: ROOT, ignore: IGNORED, dot: true }).sort();
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

interface Line {
  readonly number: number;
  readonly text: string;
}

/** Lines outside fenced blocks of code. */
function proseOf(paper: string): Line[] {
  let isCode = false;
  return read(paper)
    .split('\n')
    .map((text, i) => ({ number: i + 1, text }))
    .filter(({ text }) => {
      const isFence = /^\s*```/.test(text);
      if (isFence) {
        isCode = !isCode;
      }
      return !isFence && !isCode;
    });
}

/** Tables cannot be broken; nor can a link, an address or code that fills a line by itself. */
function mayBeLong(text: string): boolean {
  return /^\s*\|/.test(text) || /^ {4}/.test(text) || !/\S\s+\S/.test(text.replace(/^\s*(?:[-*]|\d+\.)\s+/, ''));
}

test(`lines of Markdown have at most ${LONGEST} columns, but for tables and code`, () => {
  const long = papers.flatMap((paper) =>
    proseOf(paper)
      .filter(({ text }) => [...text].length > LONGEST && !mayBeLong(text))
      .map(({ number }) => `${paper}:${number}`),
  );
  assert.deepEqual(long, []);
});

test('every relative link in Markdown leads to a file, and to a heading where it names one', () => {
  const broken = papers.flatMap((paper) =>
    proseOf(paper).flatMap(({ number, text }) =>
      linksIn(text)
        .filter((link) => !leadsSomewhere(paper, link))
        .map((link) => `${paper}:${number} ${link}`),
    ),
  );
  assert.deepEqual(broken, []);
});

/** Targets of links and pictures that are neither addresses nor in code. */
function linksIn(text: string): string[] {
  const withoutCode = text.replace(/`[^`]*`/g, '');
  const inline = [...withoutCode.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g)].map(([, target = '']) => target);
  const defined = /^\[[^\]]+\]:\s+(\S+)/.exec(withoutCode)?.[1] ?? [];
  return [...inline, defined].flat().filter((target) => !/^[a-z][a-z+.-]*:/i.test(target));
}

function leadsSomewhere(paper: string, link: string): boolean {
  const [path, anchor] = link.split('#');
  const target = path === '' ? paper : join(dirname(paper), decodeURI(path!));
  if (!existsSync(join(ROOT, target))) {
    return false;
  }
  return anchor === undefined || anchorsOf(target).includes(anchor);
}

/** Names of headings as GitHub makes them. */
function anchorsOf(paper: string): string[] {
  return proseOf(paper).flatMap(({ text }) => {
    const heading = /^#+\s+(.*)$/.exec(text)?.[1];
    if (heading === undefined) {
      return [];
    }
    return heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
  });
}

test('every decision that code or a paper cites by number is there', () => {
  const decisions = globSync('docs/decisions/*.md', { cwd: ROOT }).map((path) => /(\d{4})-/.exec(path)?.[1]);
  const files = globSync(['{src,native,bench,scripts,test}/**/*.{ts,mjs,cjs,cc,h,py,sh}', ...papers], {
    cwd: ROOT,
    ignore: [...IGNORED, 'native/build/**'],
  });
  const missing = files.flatMap((file) =>
    [...read(file).matchAll(/decisions\/(\d{4})/g)]
      .filter(([, number]) => !decisions.includes(number))
      .map(([citation]) => `${file} cites ${citation}`),
  );
  assert.deepEqual(missing, []);
  assert.equal(new Set(decisions).size, decisions.length, 'no number stands twice');
});

test('every file that the map and the recipes name in code is there', () => {
  const named = ['ARCHITECTURE.md', 'CONTRIBUTING.md'].flatMap((paper) =>
    [...read(paper).matchAll(/`((?:src|native|test|bench|scripts|docs|media)\/[\w./-]+)`/g)].map(([, path]) => ({
      paper,
      path,
    })),
  );
  assert.ok(named.length > 50, 'they name many');
  // Decisions are cited by their numbers, and what the build makes need not be there.
  const isTold = (path: string) => /^docs\/decisions\/\d{4}$|^native\/build\//.test(path);
  const missing = named.filter(({ path }) => !isTold(path!) && !existsSync(join(ROOT, path!)));
  assert.deepEqual(missing, []);
});
