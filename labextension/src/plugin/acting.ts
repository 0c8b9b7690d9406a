import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Clipboard, Notification } from '@jupyterlab/apputils';
import { NotebookActions, type INotebookTracker } from '@jupyterlab/notebook';

import type { Running, ToolRow } from '../data';
import type { Acts } from '../views/acts';
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
    copy,
    insertCall: tool => into(callOf(tool), false),
    run: (tool, args) => into(`%%tool_call ${tool.name}@${tool.digest}\n${JSON.stringify(args, null, 2)}`, true),
    verify: tool => into(`%tool_verify ${tool.name}@${tool.digest}`, true),
    replay: (tool, receipt) =>
      into(
        [
          'import hermetic_nb as hnb',
          '',
          `hnb.default().get(${JSON.stringify(tool.digest)}).replay(hnb.default().receipt(${JSON.stringify(receipt)}))`
        ].join('\n'),
        true
      ),
    exportTool: tool => {
      const link = document.createElement('a');
      link.href = source.exportUrl(tool.digest);
      link.download = '';
      link.click();
    },
    stop
  };
}

/** Put text on the clipboard; a page that was not loaded by HTTPS has only the older way. */
function copy(text: string): void {
  if (window.isSecureContext) {
    void navigator.clipboard.writeText(text);
  } else {
    Clipboard.copyToSystem(text);
  }
}

/** A call of a tool, its parameters to be filled in. */
export function callOf(tool: ToolRow): string {
  const inside = /^\((.*)\)\s*->/s.exec(tool.signature)?.[1] ?? '';
  const names = parts(inside)
    .filter(part => !part.includes('='))
    .map(part => part.split(':')[0]?.trim() ?? '')
    .filter(name => /^\w+$/.test(name) && name !== 'call_agent');
  return `%tool_call ${tool.name}${names.map(name => ` ${name}=...`).join('')}`;
}

/** A signature's parameters: split at the commas that stand in no bracket. */
function parts(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  for (let place = 0; place <= text.length; place++) {
    const letter = text[place];
    if (letter === undefined || (letter === ',' && depth === 0)) {
      found.push(text.slice(start, place));
      start = place + 1;
    } else if ('([{'.includes(letter)) {
      depth++;
    } else if (')]}'.includes(letter)) {
      depth--;
    }
  }
  return found.filter(part => part.trim());
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
