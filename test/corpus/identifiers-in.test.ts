import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identifiersIn } from '../../src/corpus/identifiers-in';
import { UserError } from '../../src/protocol/user-error';
import { makeProject } from './project';

test('the names in the files of a project, short and equal ones too, but not in what is left out', async (t) => {
  const folder = await makeProject(t, {
    'a.py': 'first = 1\n',
    'pack/b.py': 'second = first.third\n',
    'pack/c.py': 'second = first.third\n',
    'latin.py': Buffer.from('# coding: latin-1\nfourth = "\xe9"\n', 'latin1'),
    'binary.py': Buffer.from([102, 105, 102, 116, 104, 0]),
    'left_out/d.py': 'sixth = 1\n',
    'venv/pyvenv.cfg': '',
    'venv/e.py': 'seventh = 1\n',
    'notes.txt': 'eighth',
  });
  const names = await identifiersIn([folder], ['left_out']);
  assert.deepEqual([...names].sort(), ['first', 'fourth', 'second', 'third']);
});

test('a file too large to be code adds no names', async (t) => {
  const folder = await makeProject(t, { 'a.py': `first = 1\n${'#'.repeat(500_000)}\n`, 'b.py': 'second = 1\n' });
  assert.deepEqual([...(await identifiersIn([folder], []))], ['second']);
});

test('a folder that does not exist is an error', async () => {
  await assert.rejects(identifiersIn(['/nowhere/at/all'], []), UserError);
});
