import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils';

/** The digest of a cell's text in its one form: LF line ends, one newline at the end (hermetic_nb/cell/source.py). */
export function sourceDigest(body: string): string {
  const text = `${body.replace(/\r\n?/g, '\n').replace(/\n+$/, '')}\n`;
  return `sha256:${bytesToHex(sha256(utf8ToBytes(text)))}`;
}
