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
  /** Cells whose language we set: only these are given the notebook's own again. */
  const ours = new WeakSet<Cell>();
  const look = () => {
    for (const cell of panel.content.widgets) {
      if (cell.model.type === 'code' && !seen.has(cell)) {
        seen.add(cell);
        cell.model.contentChanged.connect(() => colour(panel.content, cell, ours));
        // The notebook gives all cells its own language when it learns it from the kernel.
        cell.model.mimeTypeChanged.connect(() => colour(panel.content, cell, ours));
        colour(panel.content, cell, ours);
      }
    }
  };
  panel.content.modelContentChanged.connect(look);
  void panel.context.ready.then(look);
}

function colour(notebook: Notebook, cell: Cell, ours: WeakSet<Cell>): void {
  const own = mimeOf(cell.model.sharedModel.getSource());
  if (own !== null) {
    ours.add(cell);
  } else if (!ours.delete(cell)) {
    return;
  }
  const wanted = own ?? notebook.codeMimetype;
  if (cell.model.mimeType !== wanted) {
    cell.model.mimeType = wanted;
  }
}
