import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Command } from '../../src/extension/command-ids';
import { DEFAULTS } from '../../src/server/settings';

const { contributes } = JSON.parse(readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8'));
const properties: Record<
  string,
  { default: unknown; scope?: string; description?: string; markdownDescription?: string }
> = contributes.configuration.properties;

test('the settings and their defaults are those of the server', () => {
  const defaults = Object.entries(properties).map(([name, property]) => [
    name.replace(/^understudy\./, ''),
    property.default,
  ]);
  assert.deepEqual(Object.fromEntries(defaults), DEFAULTS);
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
