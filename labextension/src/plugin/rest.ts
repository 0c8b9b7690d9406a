import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection, type Event, type ServiceManager } from '@jupyterlab/services';

import { query, SourceError, type Params, type Source } from '../source';

const BASE = 'hermetic-nb/api';
const SCHEMA = 'https://events.jupyter.org/hermetic_nb/registry/v1';
/** Milliseconds between two looks where the server tells no events. */
const SLOW = 20_000;

/** The registry behind this server's handlers, and its changes by the server's event stream. */
export class RestSource implements Source {
  private listeners = new Set<() => void>();
  private timer = 0;
  private generation = '';

  constructor(private services: ServiceManager.IManager) {
    const stream: Event.Stream | undefined = services.events?.stream;
    if (stream) {
      stream.connect((_sender: unknown, emission: Event.Emission) => {
        if (emission.schema_id === SCHEMA) {
          this.tell();
        }
      });
    } else {
      this.timer = window.setInterval(() => void this.look(), SLOW);
    }
  }

  async get<T>(path: string, params: Params = {}): Promise<T> {
    const settings = this.services.serverSettings;
    const url = URLExt.join(settings.baseUrl, BASE, query(path, params));
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(url, {}, settings);
    } catch (error) {
      throw new SourceError('The server does not answer.', String(error));
    }
    const text = await response.text();
    if (!response.ok) {
      throw told(text, response.status);
    }
    return JSON.parse(text) as T;
  }

  /** Where a tool's payload is to be had. */
  exportUrl(digest: string): string {
    return URLExt.join(this.services.serverSettings.baseUrl, BASE, 'export', digest);
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  dispose(): void {
    window.clearInterval(this.timer);
    this.listeners.clear();
  }

  private tell(): void {
    this.listeners.forEach(listener => listener());
  }

  private async look(): Promise<void> {
    if (document.hidden) {
      return;
    }
    const status = await this.get<{ generation: string }>('status').catch(() => null);
    if (status && this.generation && status.generation !== this.generation) {
      this.tell();
    }
    this.generation = status?.generation ?? this.generation;
  }
}

function told(text: string, status: number): SourceError {
  try {
    const error = JSON.parse(text) as { code?: string; message?: string; help?: string };
    if (error.message) {
      return new SourceError(error.code ? `${error.code} ${error.message}` : error.message, error.help ?? '');
    }
  } catch {
    // Not ours: a proxy, or a server without the extension.
  }
  return status === 404
    ? new SourceError('The server has no hermetic_nb.', 'Install hermetic_nb where the server runs, and restart it.')
    : new SourceError(`The server answers with status ${status}.`);
}
