import { window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { SetUpGpu } from '../protocol/messages';
import { ask } from './ask';
import { notify } from './notify';

const SET_UP = 'Set Up';
const CHOOSE_PYTHON = 'Choose Python …';

/** Sets up training on a GPU, after asking, with the Python that has TensorFlow where that is not found by itself. */
export async function setUpGpu(client: LanguageClient, showLog: () => void): Promise<void> {
  const answer = await notify.ask(
    'Set up training on an NVIDIA GPU?',
    'Fetches @tensorflow/tfjs-node-gpu (300 MB) from npm, builds its binding to a TensorFlow that is installed for ' +
      'Python (pip install "tensorflow[and-cuda]"), and checks one training step. Where no Python has TensorFlow, the ' +
      'package downloads its own, TensorFlow 2.9.1 for CUDA 11.2 (several hundred MB).',
    SET_UP,
  );
  let python: string | null | undefined = answer === SET_UP ? null : undefined;
  while (python !== undefined) {
    python = await attempt(client, python, showLog);
  }
}

/** Tries with one Python. Gives another that the user chose then, or undefined. */
async function attempt(
  client: LanguageClient,
  python: string | null,
  showLog: () => void,
): Promise<string | undefined> {
  const result = await ask(client, SetUpGpu, { python }).catch((error: unknown) => ({
    message: error instanceof Error ? error.message : String(error),
    gpu: false,
  }));
  if (result === null) {
    return undefined;
  }
  if (result.gpu) {
    void notify.inform(result.message);
    return undefined;
  }
  const show = 'Show Log';
  const answer = await notify.warn(result.message, CHOOSE_PYTHON, show);
  if (answer === show) {
    showLog();
  }
  return answer === CHOOSE_PYTHON ? await choosePython() : undefined;
}

async function choosePython(): Promise<string | undefined> {
  const [file] = (await window.showOpenDialog({ title: 'The Python that has TensorFlow', openLabel: 'Choose' })) ?? [];
  return file?.fsPath;
}
