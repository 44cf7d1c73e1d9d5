import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Command } from '../../src/extension/command-ids';
import { DEFAULTS, parseSettings } from '../../src/server/services/settings';

const { contributes } = JSON.parse(readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8'));
const properties: Record<
  string,
  {
    default: unknown;
    type: string;
    minimum?: number;
    exclusiveMinimum?: number;
    maximum?: number;
    enum?: string[];
    scope?: string;
    description?: string;
    markdownDescription?: string;
  }
> = contributes.configuration.properties;

test('the settings and their defaults are those of the server', () => {
  const defaults = Object.entries(properties).map(([name, property]) => [
    name.replace(/^understudy\./, ''),
    property.default,
  ]);
  assert.deepEqual(Object.fromEntries(defaults), DEFAULTS);
});

test('the server takes what VS Code lets people set, and nothing else', () => {
  const isTaken = (name: string, value: unknown) => parseSettings({ [name]: value }).unusable.length === 0;
  for (const [property, { type, minimum, exclusiveMinimum, maximum, enum: choices }] of Object.entries(properties)) {
    const name = property.replace(/^understudy\./, '');
    if (type !== 'number' && type !== 'integer') {
      assert.ok((choices ?? []).every((choice) => isTaken(name, choice)) && !isTaken(name, 7), name);
      continue;
    }
    const least = minimum ?? exclusiveMinimum ?? assert.fail(`${name} has a least`);
    const most = maximum ?? assert.fail(`${name} has a most`);
    assert.equal(isTaken(name, least), minimum !== undefined, name);
    assert.ok(isTaken(name, most), name);
    for (const other of [least - 1, most + 1, least - 1e-6, most + 1e-6, Number.NaN, Number.POSITIVE_INFINITY, '5']) {
      assert.ok(!isTaken(name, other), `${name} ${other}`);
    }
    assert.equal(isTaken(name, least + 0.5), type === 'number', name);
  }
});

test('every setting explains itself and has a scope, and there are at most 15', () => {
  for (const [name, { scope, description, markdownDescription }] of Object.entries(properties)) {
    assert.ok(scope, `${name} has a scope`);
    assert.match(description ?? markdownDescription ?? '', /\w.*\./, `${name} is described in a sentence`);
  }
  assert.ok(Object.keys(properties).length <= 15);
});

test('every command in the palette is one that the extension registers', () => {
  const ids: string[] = Object.values(Command);
  for (const { command, title, category } of contributes.commands) {
    assert.ok(ids.includes(command), `${command} is registered`);
    assert.equal(category, 'Understudy');
    assert.match(title, /^[A-Z]/);
  }
});
