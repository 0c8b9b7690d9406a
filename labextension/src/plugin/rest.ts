import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection, type Event, type ServiceManager } from '@jupyterlab/services';

import { query, SourceError, type Params, type Source } from '../source';

const BASE = 'hermetic-nb/api';
const SCHEMA = 'https://events.jupyter.org/hermetic_nb/registry/v1';
/** Milliseconds between two looks while the server has told no event: it may tell none, or a proxy may hold them back. */
const SLOW = 30_000;

/** The registry behind this server's handlers, and its changes by the server's event stream. */
export class RestSource implements Source {
  private listeners = new Set<() => void>();
  private timer = 0;
  private generation = '';

  constructor(private services: ServiceManager.IManager) {
    this.timer = window.setInterval(this.look, SLOW);
    // What was told while the page was out of sight, its line to the server perhaps closed, is made up for.
    document.addEventListener('visibilitychange', this.look);
    services.events.stream.connect(this.hear);
    void this.look();
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
    document.removeEventListener('visibilitychange', this.look);
    this.services.events.stream.disconnect(this.hear);
    this.listeners.clear();
  }

  private hear = (_sender: unknown, emission: Event.Emission): void => {
    if (emission.schema_id === SCHEMA) {
      window.clearInterval(this.timer);
      this.generation = String(emission['generation'] ?? '');
      this.tell();
    }
  };

  private tell(): void {
    this.listeners.forEach(listener => listener());
  }

  private look = async (): Promise<void> => {
    if (document.hidden) {
      return;
    }
    const before = this.generation;
    const status = await this.get<{ generation: string }>('status').catch(() => null);
    if (!status) {
      return;
    }
    this.generation = status.generation;
    if (before && status.generation !== before) {
      this.tell();
    }
  };
}

function told(text: string, status: number): SourceError {
  try {
    const error = JSON.parse(text) as { code?: string; message?: string; help?: string };
    if (error.message) {
      return new SourceError(error.code ? `${error.code} ${error.message}` : error.message, error.help, error.code);
    }
  } catch {
    // Not ours: a proxy, or a server without the extension.
  }
  return status === 404
    ? new SourceError('The server has no hermetic_nb.', 'Install hermetic_nb where the server runs, and restart it.')
    : new SourceError(`The server answers with status ${status}.`);
}
