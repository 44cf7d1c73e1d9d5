import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { UNIT_PROPERTIES } from '../../../src/protocol/inspection';
import { UnitRankings, type UnitRankingsSetup } from '../../../src/server/services/unit-rankings';
import { readerOf } from '../reader';
import { trainedRun } from './trained-run';

const NEVER = new AbortController().signal;

async function rankedRun(t: TestContext, changes: Partial<UnitRankingsSetup> = {}) {
  const run = await trainedRun(t);
  const { folder, checkpoints, networks } = run;
  const unitRankings = new UnitRankings({
    networks,
    checkpoints,
    reader: readerOf([folder]),
    untilIdle: async () => {},
    closing: NEVER,
    ...changes,
  });
  return { ...run, unitRankings };
}

test('ranks units over held-out files, once for a checkpoint', async (t) => {
  let readings = 0;
  const reader: UnitRankingsSetup['reader'] = {
    heldOut: (request, ...given) => {
      readings++;
      return readerOf(request.folders).heldOut(request, ...given);
    },
  };
  const { unitRankings, runs } = await rankedRun(t, { reader });
  const newest = () => unitRankings.units({ epoch: null }, NEVER);
  const [units, again] = await Promise.all([newest(), newest()]);
  assert.equal(again, units);
  assert.equal(await newest(), units);
  assert.equal(readings, 1);
  const { validationCharacters } = runs.current.info().corpus;
  assert.ok(units.isHeldOut && units.characters > 0 && units.characters <= validationCharacters);
  assert.deepEqual(
    units.rankings.map(({ property }) => property),
    [...UNIT_PROPERTIES],
  );
  assert.ok(units.rankings.some(({ units }) => units.length > 0));
});

/** A reader whose first reading goes on until it is stopped, and a promise of its beginning. */
function endlessReader() {
  let begun = () => {};
  const hasBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const ended: unknown[] = [];
  let readings = 0;
  const reader: UnitRankingsSetup['reader'] = {
    heldOut: (request, characters, signal) =>
      ++readings > 1
        ? readerOf(request.folders).heldOut(request, characters, signal)
        : new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              ended.push(signal.reason);
              reject(signal.reason);
            });
            begun();
          }),
  };
  return { reader, hasBegun, ended };
}

test('a ranking ends where nobody waits for it any more, and is begun anew for who asks again', async (t) => {
  const { reader, hasBegun, ended } = endlessReader();
  const { unitRankings } = await rankedRun(t, { reader });
  const [one, other] = [new AbortController(), new AbortController()];
  const first = assert.rejects(unitRankings.units({ epoch: null }, one.signal), /no longer/);
  const second = assert.rejects(unitRankings.units({ epoch: null }, other.signal), /no longer/);
  await hasBegun;
  one.abort(new Error('no longer'));
  await first;
  assert.equal(ended.length, 0, 'the other one still waits');
  other.abort(new Error('no longer'));
  await second;
  assert.equal(ended.length, 1);
  assert.ok((await unitRankings.units({ epoch: null }, NEVER)).characters > 0);
});

test('the ranking of another network ends the one before, and closing ends both', async (t) => {
  const { reader, hasBegun, ended } = endlessReader();
  const close = new AbortController();
  const { runs, unitRankings } = await rankedRun(t, { reader, closing: close.signal });
  const first = assert.rejects(unitRankings.units({ epoch: null }, NEVER), { message: /another network/ });
  await hasBegun;
  const second = unitRankings.units({ epoch: runs.current.checkpoints()[0]!.epoch }, NEVER);
  await first;
  assert.equal(ended.length, 1);
  assert.ok((await second).characters > 0);
  close.abort(new Error('closed'));
  await assert.rejects(unitRankings.units({ epoch: null }, NEVER), /closed/);
});

test('refuses in a sentence where there is no such network', async (t) => {
  const { unitRankings, runs } = await rankedRun(t);
  await assert.rejects(unitRankings.units({ epoch: 0.5 }, NEVER), { name: 'UserError', message: /not kept/ });
  await runs.deleteAll();
  await assert.rejects(unitRankings.units({ epoch: null }, NEVER), { name: 'UserError', message: /no network yet/ });
});
