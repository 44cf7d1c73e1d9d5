import { loadTensorFlow } from '../../../src/engine/tfjs/load';
import { UserError } from '../../../src/protocol/user-error';
import { preparedTfjs } from './prepared';

process.env.UNDERSTUDY_TFJS ??= preparedTfjs;

/** Options of a test that needs a TensorFlow: where there is none, it is skipped with a line that says why. */
export const skip = whereMissing();

function whereMissing(): { skip?: string } {
  try {
    loadTensorFlow();
    return {};
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    return { skip: `no TensorFlow bound to tfjs-node-gpu (npm run test:tfjs fetches one): ${error.message}` };
  }
}
