/** The panel as a widget of any Jupyter front end: an anywidget module, answered by the kernel. */

import { callOf, replayOf, restoreOf, runOf, trimOf, verifyOf } from './cells';
import { MessageSource } from './source';
import type { Acts } from './views/acts';
import { toClipboard } from './views/clipboard';
import { highlighted } from './views/highlight';
import { mountPanel } from './views/panel';
import { visible } from './views/text';

/** Milliseconds without an answer after which the list that the notebook keeps is shown. */
const PATIENCE = 3000;

interface Model {
  get(name: 'kept'): unknown;
  send(message: unknown): void;
  on(event: 'msg:custom', listener: (message: unknown) => void): void;
  off(event: 'msg:custom', listener: (message: unknown) => void): void;
}

/** A widget cannot put cells into the notebook: it copies their text. */
const acts: Acts = {
  copy: toClipboard,
  insertCall: tool => toClipboard(callOf(tool)),
  run: (tool, args) => toClipboard(runOf(tool, args)),
  verify: tool => toClipboard(verifyOf(tool)),
  replay: (tool, receipt) => toClipboard(replayOf(tool, receipt)),
  trim: names => toClipboard(trimOf(names)),
  restore: names => toClipboard(restoreOf(names))
};

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const source = new MessageSource(message => model.send(message));
  const kept = document.createElement('pre');
  kept.className = 'hnb-kept';
  const late = setTimeout(() => {
    kept.textContent = `${visible(String(model.get('kept') ?? ''))}\n\nThe kernel does not answer now: this is what the notebook keeps.`;
    el.appendChild(kept);
  }, PATIENCE);
  const take = (message: unknown) => {
    clearTimeout(late);
    kept.remove();
    source.take(message);
  };
  model.on('msg:custom', take);
  const host = document.createElement('div');
  host.className = 'hnb-widget';
  // The notebook's shortcuts are letters and arrows: they would act on cells while the list is walked.
  host.setAttribute('data-lm-suppress-shortcuts', 'true');
  el.appendChild(host);
  const panel = mountPanel(host, source, acts, {
    highlight: highlighted,
    title: 'sealed tools of this notebook',
    byCopy: true,
    slow: 'The kernel does not answer yet. While a cell runs it answers afterwards; after a restart, run %tool_panel again.'
  });
  return () => {
    clearTimeout(late);
    kept.remove();
    panel.dispose();
    model.off('msg:custom', take);
    host.remove();
  };
}

export default { render };
