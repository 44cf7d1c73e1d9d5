import assert from 'node:assert/strict';
import test from 'node:test';
import { heldOut } from '../../src/corpus/holdout';
import { UserError } from '../../src/protocol/user-error';

const sum = (lengths: number[]) => lengths.reduce((total, length) => total + length, 0);
const filesOf = (lengths: number[]) => lengths.map((characters, index) => ({ name: `${index}.py`, characters }));
const held = (lengths: number[]) => lengths.filter((_, index) => heldOut(filesOf(lengths), 'auto')[index]);

test('every-10th holds out the 0th, 10th, 20th file; none holds out none', () => {
  const lengths = Array.from({ length: 25 }, () => 1000);
  const indices = [...heldOut(filesOf(lengths), 'every-10th').entries()]
    .filter(([, isHeld]) => isHeld)
    .map(([index]) => index);
  assert.deepEqual(indices, [0, 10, 20]);
  assert.deepEqual(
    heldOut(filesOf(lengths), 'none'),
    lengths.map(() => false),
  );
});

test('auto holds out 5 to 10 % of the characters, from long files and from short ones', () => {
  const lengths = Array.from({ length: 100 }, (_, index) => 300 + index * index);
  const share = sum(held(lengths)) / sum(lengths);
  assert.ok(share > 0.05 && share <= 0.1, `${share}`);
  assert.ok(held(lengths).some((length) => length > 6000));
  assert.ok(held(lengths).some((length) => length < 1000));
});

test('auto never holds out more than 150,000 characters', () => {
  const lengths = Array.from({ length: 1000 }, (_, index) => 200 + ((index * 7919) % 30_000));
  assert.ok(sum(held(lengths)) <= 150_000);
  assert.ok(sum(held(lengths)) > 120_000);
});

test('auto does not depend on anything but the sizes, and gives the same again', () => {
  const lengths = Array.from({ length: 50 }, (_, index) => 500 + ((index * 37) % 100) * 100);
  assert.deepEqual(heldOut(filesOf(lengths), 'auto'), heldOut(filesOf(lengths), 'auto'));
  assert.deepEqual(held(lengths).sort(), held(lengths.toReversed()).sort());
});

test('auto in a small project holds out the shortest file where it is small enough, and never the only one', () => {
  assert.deepEqual(held([4000, 1000, 3000]), [1000]);
  assert.deepEqual(held([2000, 2000, 2000, 2000]), [2000]);
  assert.deepEqual(held([2000, 2000, 2000]), []);
  assert.deepEqual(held([9000, 900]), [900]);
  assert.deepEqual(held([9000]), []);
});

test('patterns hold out what they name, as in a .gitignore', () => {
  const files = ['json/tool.py', 'json.py', 'email/json/old.py', 'a.py'].map((name) => ({ name, characters: 1000 }));
  assert.deepEqual(heldOut(files, ['/json/', 'a.py']), [true, false, false, true]);
  assert.deepEqual(heldOut(files, ['json/', '!email/json/']), [true, false, false, false]);
});

test('patterns that are too many or too long are refused', () => {
  const files = filesOf([1000, 1000]);
  assert.throws(() => heldOut(files, ['x'.repeat(1001)]), UserError);
  assert.throws(
    () =>
      heldOut(
        files,
        Array.from({ length: 10_001 }, (_, number) => `${number}.txt`),
      ),
    UserError,
  );
});
