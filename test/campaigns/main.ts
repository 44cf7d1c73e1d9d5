// npm run test:campaign -- NAME [--seed N] [--count N]
// Exits with 1 where a trial failed. A short run of each campaign is part of `npm test`.
import { parseArgs } from 'node:util';
import type { Campaign } from './campaign';
import { ignoreCampaign } from './ignore';
import { killsCampaign } from './kills';
import { messagesCampaign } from './messages';

const CAMPAIGNS: Record<string, Campaign> = {
  ignore: ignoreCampaign,
  kills: killsCampaign,
  messages: messagesCampaign,
};

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seed: { type: 'string', default: '1' }, count: { type: 'string' } },
  });
  const campaign = CAMPAIGNS[positionals[0] ?? ''];
  if (campaign === undefined) {
    console.error(`usage: npm run test:campaign -- ${Object.keys(CAMPAIGNS).join('|')} [--seed N] [--count N]`);
    return 2;
  }
  const seed = wholeNumber('--seed', values.seed);
  const count = values.count === undefined ? campaign.defaultCount : wholeNumber('--count', values.count);
  const { failures } = await campaign.run({ seed, count, print: (line) => console.log(line) });
  return failures > 0 ? 1 : 0;
}

function wholeNumber(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) {
    return Number(text);
  }
  throw new Error(`${option} takes a whole number, not ${text}`);
}

main().then((code) => {
  process.exitCode = code;
});
