import type { Cell } from '@jupyterlab/cells';
import type { INotebookTracker, Notebook, NotebookPanel } from '@jupyterlab/notebook';

import { mimeOf } from './magic';

/** Let each code cell's colours follow its first line. */
export function followLanguages(tracker: INotebookTracker): void {
  tracker.widgetAdded.connect((_sender, panel) => follow(panel));
  tracker.forEach(follow);
}

function follow(panel: NotebookPanel): void {
  const seen = new WeakSet<Cell>();
  const look = () => {
    for (const cell of panel.content.widgets) {
      if (cell.model.type === 'code' && !seen.has(cell)) {
        seen.add(cell);
        cell.model.contentChanged.connect(() => colour(panel.content, cell));
        // The notebook gives all cells its own language when it learns it from the kernel.
        cell.model.mimeTypeChanged.connect(() => colour(panel.content, cell));
        colour(panel.content, cell);
      }
    }
  };
  panel.content.modelContentChanged.connect(look);
  void panel.context.ready.then(look);
}

function colour(notebook: Notebook, cell: Cell): void {
  const own = mimeOf(cell.model.sharedModel.getSource());
  const wanted = own ?? notebook.codeMimetype;
  const ours = (cell.model as { hnbLanguage?: boolean }).hnbLanguage === true;
  if ((own || ours) && cell.model.mimeType !== wanted) {
    cell.model.mimeType = wanted;
    (cell.model as { hnbLanguage?: boolean }).hnbLanguage = own !== null;
  }
}
