import { Notification } from '@jupyterlab/apputils';
import { NotebookActions, type INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';

import { functionOf, loads, magicOf } from './magic';

const LOAD = '%load_ext hermetic_nb';

/** Add the magic line to the active cell, see that our extension is loaded, and run the cell. */
export async function sealActiveCell(tracker: INotebookTracker): Promise<void> {
  const panel = tracker.currentWidget;
  const cell = panel?.content.activeCell;
  if (!panel || !cell || cell.model.type !== 'code') {
    Notification.warning('Choose a code cell with one function.', { autoClose: 4000 });
    return;
  }
  const source = cell.model.sharedModel.getSource();
  if (!magicOf(source)) {
    if (/^\s*%%/.test(source)) {
      Notification.warning('The cell has another magic on its first line.', { autoClose: 4000 });
      return;
    }
    if (!functionOf(source)) {
      Notification.warning('A tool is one public function: the cell has none, or several. Names of helpers begin with _.', {
        autoClose: 6000
      });
      return;
    }
    cell.model.sharedModel.setSource(`%%hermetic_tool\n${source.replace(/^\n+/, '')}`);
  }
  await load(panel);
  await NotebookActions.run(panel.content, panel.sessionContext);
}

/** Load our extension where the kernel lacks it: by a cell, so that the notebook runs from its top the next time too. */
async function load(panel: NotebookPanel): Promise<void> {
  const kernel = panel.sessionContext.session?.kernel;
  const asked = kernel?.requestExecute({
    code: '',
    silent: true,
    user_expressions: { loaded: '"hermetic_nb" in get_ipython().extension_manager.loaded' }
  });
  const reply = await asked?.done;
  const answer = reply?.content.status === 'ok' ? reply.content.user_expressions['loaded'] : null;
  const told = answer as { data?: { 'text/plain'?: string } } | null | undefined;
  if (told?.data?.['text/plain'] === 'True') {
    return;
  }
  const notebook = panel.content;
  const place = notebook.widgets.findIndex(one => one.model.type === 'code' && loads(one.model.sharedModel.getSource()));
  if (place >= 0 && place < notebook.activeCellIndex) {
    await NotebookActions.runCells(notebook, notebook.widgets.slice(place, place + 1), panel.sessionContext);
    return;
  }
  NotebookActions.insertAbove(notebook);
  NotebookActions.changeCellType(notebook, 'code');
  notebook.activeCell?.model.sharedModel.setSource(LOAD);
  await NotebookActions.runAndAdvance(notebook, panel.sessionContext);
}
