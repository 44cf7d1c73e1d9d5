import type { Campaign } from './campaign';

/** Random trees of folders with random ignore files: what is left out must be what git leaves out. */
export const ignoreCampaign: Campaign = {
  defaultCount: 500,
  run: async ({ print }) => {
    print('ignore: not written yet');
    return { failures: 0 };
  },
};
