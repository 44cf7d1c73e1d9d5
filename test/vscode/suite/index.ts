import { join } from 'node:path';
import { RESULTS } from './results';

/** What VS Code calls inside its extension host (`extensionTestsPath`). Fails by throwing, as VS Code wants it. */
export async function run(): Promise<void> {
  const { default: Mocha } = await import('mocha');
  const mocha = new Mocha({
    timeout: 600_000,
    bail: true, // the later tests build on the earlier ones
    reporter: 'json',
    reporterOptions: { output: process.env[RESULTS] },
  });
  mocha.addFile(join(__dirname, 'tests.js'));
  const failures = await new Promise<number>((done) => {
    mocha.run(done);
  });
  if (failures > 0) {
    throw new Error(`${failures} of the tests in VS Code failed`);
  }
}
