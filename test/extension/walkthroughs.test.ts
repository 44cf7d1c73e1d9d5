import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { contributes } from '../../package.json';

const ROOT = join(__dirname, '..', '..');

const commands = contributes.commands.map(({ command }) => command);
const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);

/** Colours of the theme that pictures use: each is readable on an editor's background in every default theme. */
const COLOURS = ['foreground', 'descriptionForeground', 'charts-blue', 'charts-yellow', 'editor-background'];

test('the lesson follows the talk, step by step', () => {
  const lesson = contributes.walkthroughs.find(({ id }) => id === 'lesson');
  const order = ['one-hot', 'cell', 'steps', 'layers', 'gru', 'softmax', 'epochs'];
  assert.deepEqual(
    lesson?.steps.map(({ id }) => id),
    order,
  );
});

test('every step of a walkthrough has a picture with a text for those who do not see it', () => {
  for (const { id, media } of steps) {
    // .vscodeignore packs what matches.
    assert.match(media.svg, /^media\/walkthrough\/[\w-]+\.svg$/, id);
    assert.match(media.altText, /^[A-Z].{20,}/, id);
    assert.match(readFileSync(join(ROOT, media.svg), 'utf8'), /^<svg [^>]+>\n {2}<title>[^<]{20,}<\/title>/, id);
  }
  const pictures = readdirSync(join(ROOT, 'media', 'walkthrough')).map((name) => `media/walkthrough/${name}`);
  assert.deepEqual(pictures.sort(), steps.map(({ media }) => media.svg).sort(), 'each is shown once');
});

test('pictures have the colours of the theme alone, and nothing that the walkthrough page would block', () => {
  for (const { media } of steps) {
    const svg = readFileSync(join(ROOT, media.svg), 'utf8');
    for (const [, colour = ''] of svg.matchAll(/\b(?:fill|stroke)="([^"]+)"/g)) {
      const [, name = colour] = /^var\(--vscode-([\w-]+)[,)]/.exec(colour) ?? [];
      assert.ok(['none', 'editorGhostText-foreground', ...COLOURS].includes(name), `${media.svg}: ${colour}`);
    }
    assert.doesNotMatch(svg, /<(?:style|script|image|use|foreignObject)\b| style=| on\w+=|href=/, media.svg);
  }
});

test('every step of the lesson ends in a button, and every button of a walkthrough does a command that there is', () => {
  for (const { id, description } of steps) {
    for (const [, command = ''] of description.matchAll(/\]\(command:([^)]+)\)/g)) {
      assert.ok(commands.includes(command), `${id}: ${command}`);
    }
  }
  const lesson = contributes.walkthroughs.find(({ id }) => id === 'lesson');
  for (const { id, description } of lesson?.steps ?? []) {
    assert.match(description, /\.(?: See[^\n]+:)?\n\[[^\]]+\]\(command:understudy\.\w+\)$/, id);
  }
});

test('buttons bear the titles of their commands', () => {
  const titles = new Map(contributes.commands.map(({ command, title }) => [command, title]));
  for (const { description } of steps) {
    for (const [, label, command = ''] of description.matchAll(/\[([^\]]+)\]\(command:([^)]+)\)/g)) {
      assert.equal(label, titles.get(command));
    }
  }
});
