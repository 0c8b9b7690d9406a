import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { NotebookActions, type INotebookTracker } from '@jupyterlab/notebook';

import { callOf, replayOf, restoreOf, runOf, trimOf, verifyOf } from '../cells';
import type { Running } from '../data';
import type { Acts } from '../views/acts';
import { toClipboard } from '../views/clipboard';
import type { RestSource } from './rest';

/** Acts of the panel as cells of the notebook that was used last: they are recorded, and can be checked again. */
export function notebookActs(app: JupyterFrontEnd, tracker: INotebookTracker, source: RestSource, stop: (running: Running) => void): Acts {
  const into = (text: string, run: boolean) => {
    void insertCell(tracker, text, run).then(done => {
      if (!done) {
        Notification.warning('No notebook is open: open one, and try again.', { autoClose: 4000 });
        return;
      }
      app.shell.activateById(tracker.currentWidget?.id ?? '');
    });
  };
  return {
    copy: toClipboard,
    insertCall: tool => into(callOf(tool), false),
    run: (tool, args) => into(runOf(tool, args), true),
    verify: tool => into(verifyOf(tool), true),
    replay: (tool, receipt) => into(replayOf(tool, receipt), true),
    trim: names => into(trimOf(names), true),
    restore: names => into(restoreOf(names), true),
    exportTool: tool => {
      const link = document.createElement('a');
      link.href = source.exportUrl(tool.digest);
      link.download = '';
      link.click();
    },
    stop
  };
}

/** Put a cell below the active one of the current notebook, and run it if asked; whether there is a notebook. */
export async function insertCell(tracker: INotebookTracker, text: string, run: boolean): Promise<boolean> {
  const panel = tracker.currentWidget;
  if (!panel) {
    return false;
  }
  const notebook = panel.content;
  NotebookActions.insertBelow(notebook);
  NotebookActions.changeCellType(notebook, 'code');
  notebook.activeCell?.model.sharedModel.setSource(text);
  if (run) {
    await NotebookActions.run(notebook, panel.sessionContext);
  }
  return true;
}
