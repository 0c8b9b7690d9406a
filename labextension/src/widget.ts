/** The panel as a widget of any Jupyter front end: an anywidget module, answered by the kernel. */

import { MessageSource } from './source';
import { highlighted } from './views/highlight';
import { mountPanel } from './views/panel';

interface Model {
  send(message: unknown): void;
  on(event: 'msg:custom', listener: (message: unknown) => void): void;
  off(event: 'msg:custom', listener: (message: unknown) => void): void;
}

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const source = new MessageSource(message => model.send(message));
  const take = (message: unknown) => source.take(message);
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
    panel.dispose();
    model.off('msg:custom', take);
  };
}

export default { render };
