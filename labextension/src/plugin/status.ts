import { Widget } from '@lumino/widgets';

import { counted, type Status } from '../data';
import type { Source } from '../source';
import { replace } from '../views/dom';

/** How many tools the registry holds, in the status bar. */
export class StatusItem extends Widget {
  private end: () => void;

  constructor(
    private source: Source,
    open: () => void
  ) {
    super();
    this.addClass('jp-mod-highlighted');
    this.addClass('hnb-status-item');
    this.node.setAttribute('role', 'button');
    this.node.setAttribute('tabindex', '0');
    this.node.title = 'Sealed tools in the registry';
    this.node.addEventListener('click', open);
    this.node.addEventListener('keydown', event => {
      if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault();
        open();
      }
    });
    this.end = source.onChange(() => void this.draw());
    void this.draw();
  }

  override dispose(): void {
    this.end();
    super.dispose();
  }

  private async draw(): Promise<void> {
    try {
      const status = await this.source.get<Status>('status');
      replace(this.node, counted(status.tools, 'sealed tool'), status.writable ? null : ' (read-only)');
    } catch {
      replace(this.node, 'sealed tools: no answer');
    }
  }
}
