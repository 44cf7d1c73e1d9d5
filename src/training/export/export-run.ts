import { type Checkpoint, readCheckpoint, writeCheckpointFile } from '../../model/checkpoint';
import { UserError } from '../../protocol/user-error';
import { ExportFolder } from '../../storage/export-folder';
import type { Run } from '../run';
import { marksCsv, metricsCsv, samplesCsv, structureCsv } from './csv';
import { curveSvg } from './curve-svg';
import { reportMarkdown } from './report';
import { historyOf, markCounts, type RunHistory } from './run-history';

const MEMORISED =
  'A model’s weights memorise code, and so do its samples: treat these files like the code that it was trained on.';
const NO_WEIGHTS = 'There is no checkpoint yet, so there are no weights.';

/** Files of an export. */
export interface ExportedRun {
  readonly folder: string;
  /** Names in `folder`. */
  readonly files: string[];
  /** Epoch of the weights; null without a checkpoint. */
  readonly epoch: number | null;
  /** A sentence or two that people have to know. */
  readonly notice: string;
}

/**
 * Writes a run to a folder, new or empty, as other programs read it: its weights (safetensors), samples, marks and
 * metrics (Markdown, CSV, JSON) and its curve (SVG). On failure nothing stays of it.
 *
 * @param epoch about which the weights are wanted; null for the newest
 * @throws UserError where the run is damaged, has no weights of an epoch, or the folder holds something or cannot be
 * written
 */
export async function exportRun(run: Run, path: string, epoch: number | null): Promise<ExportedRun> {
  const history = historyOf(run);
  const checkpoint = await checkpointOf(run, epoch);
  const notice = checkpoint === null ? `${MEMORISED} ${NO_WEIGHTS}` : MEMORISED;
  const folder = new ExportFolder(path);
  try {
    if (checkpoint) {
      await writeWeights(folder, checkpoint);
    }
    for (const [name, content] of Object.entries(textFiles(history, notice))) {
      folder.write(name, content);
    }
  } catch (error) {
    folder.discard();
    throw error;
  }
  return { folder: path, files: folder.names, epoch: checkpoint?.metadata.epoch ?? null, notice };
}

async function checkpointOf(run: Run, epoch: number | null): Promise<Checkpoint | null> {
  const path = epoch === null ? run.newest() : run.nearestCheckpoint(epoch);
  if (path !== null) {
    return await readCheckpoint(path);
  }
  if (epoch !== null) {
    throw new UserError(`The training in ${run.path} has kept no weights of any epoch yet: let it train for longer.`);
  }
  return null;
}

/** The weights alone, without what a resume would need. */
async function writeWeights(folder: ExportFolder, { parameters, metadata }: Checkpoint): Promise<void> {
  const epoch = Number(metadata.epoch.toFixed(4));
  // The name is taken by a file of ours, which is then replaced.
  const path = folder.write(`weights-epoch-${epoch}.safetensors`, '');
  await writeCheckpointFile(path, parameters, metadata);
}

function textFiles(history: RunHistory, notice: string): Record<string, string> {
  return {
    'training.md': reportMarkdown(history, 'curve.svg', notice),
    'training.json': `${JSON.stringify(asJson(history), null, 2)}\n`,
    'metrics.csv': metricsCsv(history),
    'samples.csv': samplesCsv(history),
    'marks.csv': marksCsv(history),
    'structure.csv': structureCsv(history),
    'curve.svg': curveSvg(history),
  };
}

/** The history, with marks counted by kind beside each sample, and without paths of this machine. */
function asJson({ samples, corpus, ...history }: RunHistory): unknown {
  const { files, trainCharacters, validationFiles, validationCharacters } = corpus;
  return {
    ...history,
    corpus: { files, trainCharacters, validationFiles, validationCharacters },
    samples: samples.map((sample) => ({ ...sample, markCounts: markCounts(sample.marks) })),
  };
}
