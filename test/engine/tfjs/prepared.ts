import * as path from 'node:path';

/** Where prepare.ts puts a TensorFlow for these tests, and the package bound to it. */
export const preparedFolder = path.resolve(__dirname, '../../../node_modules/.cache/understudy-tensorflow');
export const preparedTfjs = path.join(preparedFolder, 'tfjs');
