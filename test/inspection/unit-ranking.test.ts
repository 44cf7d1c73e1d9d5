import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HiddenState, Predictor } from '../../src/engine/engine';
import { rankUnits } from '../../src/inspection/unit-ranking';
import { Random } from '../../src/model/random';
import type { UnitProperty } from '../../src/protocol/inspection';
import { ALPHABET_SIZE, characterOf, encode } from '../../src/python/alphabet';
import { gru } from '../models';

const model = gru(2, 8);

const CODE = `# A comment, with (brackets) in it
class Shelf:
    """All books [that] there are."""

    def find(self, title, *, limit=(1, 2)):
        found = [book for book in self.books if (book.title, "x") == (title, 'y')]
        if found:
            return {0: found[:limit[0]]}  # the first
        return f"{title} (none)"
`.repeat(4);

/** Place in CODE by counting, as simply as can be. */
class CountedPlace {
  column = 0;
  depth = 0;
  isComment = false;

  read(character: string): void {
    this.column = character === '\n' ? 0 : this.column + 1;
    this.isComment = character === '#' || (this.isComment && character !== '\n');
    // Brackets in strings and comments are balanced.
    this.depth += Number('([{'.includes(character)) - Number(')]}'.includes(character));
  }
}

/** A network of noise, but for the units that `planted` sets. */
function predictorOf(planted: (place: CountedPlace) => [layer: number, unit: number, value: number][]): Predictor {
  const random = new Random(1);
  const places = new WeakMap<HiddenState, CountedPlace>();
  const size = model.layers * model.units;
  const readStates = async (state: HiddenState, symbols: Uint8Array) => {
    const place = places.get(state) ?? new CountedPlace();
    places.set(state, place);
    const states = Float32Array.from({ length: symbols.length * size }, () => random.next() - 0.5);
    for (const [at, symbol] of symbols.entries()) {
      place.read(characterOf(symbol));
      for (const [layer, unit, value] of planted(place)) {
        states[(at * model.layers + layer) * model.units + unit] = value;
      }
    }
    return { probabilities: new Float32Array(symbols.length * ALPHABET_SIZE), states };
  };
  const unused = async () => {
    throw new Error('not used');
  };
  return {
    model,
    initialState: () => new Float32Array(size),
    read: async (state, symbols) => (await readStates(state, symbols)).probabilities,
    readEach: unused,
    readStates,
    readBatch: unused,
    score: unused,
    lookBack: unused,
    dispose() {},
  };
}

async function bestOf(property: UnitProperty, predictor: Predictor, code = CODE) {
  const ranking = await rankUnits(predictor, [encode(code), encode(code)]);
  return ranking.find((one) => one.property === property)!.units;
}

test('the unit that is the bracket depth is found first', async () => {
  const predictor = predictorOf(({ depth }) => [[1, 5, depth / 10]]);
  const [first, second] = await bestOf('bracketDepth', predictor);
  assert.deepEqual([first!.layer, first!.unit], [1, 5]);
  // Brackets in strings and comments count in the plant alone.
  assert.ok(first!.correlation > 0.8 && Math.abs(second!.correlation) < 0.5, `${first!.correlation}`);
});

test('a unit that falls with the position in the line is found by its negative correlation', async () => {
  const predictor = predictorOf(({ column }) => [[0, 3, 0.5 - column / 100]]);
  const [first] = await bestOf('column', predictor);
  assert.deepEqual([first!.layer, first!.unit], [0, 3]);
  assert.ok(Math.abs(first!.correlation + 1) < 1e-6, `${first!.correlation}`);
});

test('a unit that is on in comments is found', async () => {
  const predictor = predictorOf(({ isComment }) => [[0, 0, isComment ? 1 : -1]]);
  const [first] = await bestOf('inComment', predictor);
  assert.deepEqual([first!.layer, first!.unit], [0, 0]);
  assert.ok(first!.correlation > 0.999, `${first!.correlation}`);
});

test('a unit that never changes tracks nothing, and a property that never changes is not tracked', async () => {
  const predictor = predictorOf(() => [[0, 0, 0.3]]);
  for (const { units } of await rankUnits(predictor, [encode(CODE)])) {
    assert.ok(units.every(({ layer, unit }) => layer > 0 || unit > 0));
  }
  assert.deepEqual(await bestOf('inString', predictor, 'x = 1\n'.repeat(20)), []);
});

test('other work gets its turns, and may end the search', async () => {
  const predictor = predictorOf(() => []);
  let turns = 0;
  const stop = async () => {
    if (++turns === 3) {
      throw new Error('enough');
    }
  };
  await assert.rejects(rankUnits(predictor, [encode(CODE)], stop), /enough/);
});
