import { Notification } from '@jupyterlab/apputils';
import { NotebookActions, type INotebookTracker } from '@jupyterlab/notebook';

import { functionOf, magicOf } from './magic';

const LOAD = 'get_ipython().extension_manager.load_extension("hermetic_nb")';

/** Add the magic line to the active cell, load our extension into the kernel if need be, and run the cell. */
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
  await panel.sessionContext.session?.kernel?.requestExecute({ code: LOAD, silent: true, store_history: false }).done;
  await NotebookActions.run(panel.content, panel.sessionContext);
}
