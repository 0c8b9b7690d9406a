import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';

import type { Source } from '../source';

const FOLDER = 'hermetic_nb_tour';

/** Put a copy of the tour and its data beside the user's notebooks, and open it; a copy that is there already is opened as it is. */
export async function openTour(app: JupyterFrontEnd, source: Source): Promise<void> {
  const contents = app.serviceManager.contents;
  try {
    const { files } = await source.get<{ files: { [path: string]: string } }>('tour');
    const there = await contents.get(FOLDER, { content: true }).catch(() => null);
    if (!there) {
      await contents.save(FOLDER, { type: 'directory' });
      await contents.save(`${FOLDER}/data`, { type: 'directory' });
      for (const [path, text] of Object.entries(files)) {
        const notebook = path.endsWith('.ipynb');
        await contents.save(`${FOLDER}/${path}`, {
          type: notebook ? 'notebook' : 'file',
          format: notebook ? 'json' : 'text',
          content: notebook ? JSON.parse(text) : text
        });
      }
    }
    await app.commands.execute('docmanager:open', { path: `${FOLDER}/tour.ipynb` });
  } catch (error) {
    Notification.error(error instanceof Error ? error.message : String(error));
  }
}
