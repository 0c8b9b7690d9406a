/** The panel as a widget of any Jupyter front end: an anywidget module, answered by the kernel. */

import { MessageSource } from './source';
import { highlighted } from './views/highlight';
import { mountPanel } from './views/panel';

/** Milliseconds without an answer after which the list that the notebook keeps is shown. */
const PATIENCE = 3000;

interface Model {
  get(name: 'kept'): unknown;
  send(message: unknown): void;
  on(event: 'msg:custom', listener: (message: unknown) => void): void;
  off(event: 'msg:custom', listener: (message: unknown) => void): void;
}

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const source = new MessageSource(message => model.send(message));
  const kept = document.createElement('pre');
  kept.className = 'hnb-kept';
  const late = setTimeout(() => {
    kept.textContent = `${String(model.get('kept') ?? '')}\n\nThe kernel does not answer now: this is what the notebook keeps.`;
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
  el.appendChild(host);
  const panel = mountPanel(
    host,
    source,
    { copy: text => void navigator.clipboard?.writeText(text) },
    { highlight: highlighted, title: 'sealed tools of this notebook' }
  );
  return () => {
    clearTimeout(late);
    panel.dispose();
    model.off('msg:custom', take);
  };
}

export default { render };
