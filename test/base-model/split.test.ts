import assert from 'node:assert/strict';
import { test } from 'node:test';
import { split } from '../../base-model/corpus/build';
import { heldOutProjects } from '../../base-model/corpus/split';
import { partsOf } from '../../base-model/corpus/write';

const projects = (count: number) => Array.from({ length: count }, (_, i) => ({ name: `p${i}`, characters: 1000 }));

test('of many projects twenty are held out, or more until they are a hundredth', () => {
  assert.equal(heldOutProjects(projects(1000), 1).size, 20);
  assert.equal(heldOutProjects(projects(5000), 1).size, 50);
});

test('of few projects a tenth is held out, and no large one', () => {
  const few = [...projects(60), { name: 'giant', characters: 1e6 }];
  for (let seed = 1; seed < 30; seed++) {
    const heldOut = heldOutProjects(few, seed);
    assert.equal(heldOut.size, 6);
    assert.ok(!heldOut.has('giant'));
  }
});

test('another seed holds out others, the same seed the same, whatever the order', () => {
  assert.notDeepEqual(heldOutProjects(projects(1000), 1), heldOutProjects(projects(1000), 2));
  assert.deepEqual(heldOutProjects(projects(1000).reverse(), 1), heldOutProjects(projects(1000), 1));
});

test('a project is held out as a whole, and the order mixes projects', () => {
  const files = projects(60).flatMap(({ name }) =>
    Array.from({ length: 10 }, (_, i) => ({
      package: name,
      project: name,
      path: `${i}.py`,
      licence: 'MIT',
      text: 'x\n',
    })),
  );
  const { train, heldOut } = split(files, 1);
  const named = new Set(heldOut.map(({ project }) => project));
  assert.equal(named.size, 6);
  assert.equal(heldOut.length, 60);
  assert.ok(train.every(({ project }) => !named.has(project)));
  assert.ok(new Set(train.slice(0, 20).map(({ project }) => project)).size > 8);
  assert.deepEqual(split([...files].reverse(), 1), { train, heldOut });
});

test('a part holds whole files, as many as the product reads as one', () => {
  const files = [30_000, 19_999, 10, 480_000, 20].map((length) => ({ text: 'x'.repeat(length) }));
  assert.deepEqual(
    partsOf(files).map((part) => part.map(({ text }) => text.length)),
    [[30_000, 19_999], [10], [480_000], [20]],
  );
});
