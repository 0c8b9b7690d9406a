import { h } from './dom';

/** Milliseconds that a note stands. */
const STANDS = 2500;

/** A short word on what was done, seen and heard for a while. */
export class Note {
  readonly node = h('div', { class: 'hnb-note', role: 'status', 'aria-live': 'polite' });
  private timer: ReturnType<typeof setTimeout> | null = null;

  tell(text: string): void {
    this.dispose();
    this.node.textContent = text;
    this.timer = setTimeout(() => this.dispose(), STANDS);
  }

  dispose(): void {
    if (this.timer !== null) {
      clearTimeout(this.timer);
    }
    this.node.textContent = '';
  }
}
