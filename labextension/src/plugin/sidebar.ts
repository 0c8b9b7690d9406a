import { LabIcon } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import type { Source } from '../source';
import type { Acts, Options } from '../views/acts';
import { mountPanel, type Panel } from '../views/panel';

const SHAPE =
  '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><g class="jp-icon3" fill="#616161">' +
  '<path d="M12 2 3.5 6.2v6.1c0 4.7 3.6 8.2 8.5 9.7 4.9-1.5 8.5-5 8.5-9.7V6.2L12 2zm0 2.2 6.5 3.2v4.9c0 3.5-2.6 6.2-6.5 7.6' +
  '-3.9-1.4-6.5-4.1-6.5-7.6V7.4L12 4.2z"/><path d="m11 15.6-3.3-3.3 1.4-1.4 1.9 1.9 4-4 1.4 1.4z"/></g></svg>';

export const icon = new LabIcon({ name: 'hermetic-nb:seal', svgstr: SHAPE });

/** The panel in a sidebar. It is filled when it is first seen. */
export class Sidebar extends Widget {
  private panel: Panel | null = null;

  constructor(
    private source: Source,
    private acts: Acts,
    private options: Options
  ) {
    super();
    this.id = 'hermetic-nb-panel';
    this.addClass('hnb-sidebar');
    this.title.icon = icon;
    this.title.caption = 'Sealed tools';
  }

  /** Show one tool. */
  open(reference: string): void {
    this.filled().open(reference);
  }

  override dispose(): void {
    this.panel?.dispose();
    super.dispose();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.filled();
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this.filled().focus();
  }

  private filled(): Panel {
    this.panel ??= mountPanel(this.node, this.source, this.acts, this.options);
    return this.panel;
  }
}
