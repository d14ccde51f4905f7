/** The record of a line that was only glanced at. */
import { closeSync, openSync, readSync } from 'node:fs';
import { BadInput } from '@marginalia/core';
import type { Glance } from './glance.js';
import { decode, type JournalRecord } from './record.js';
import { refusal } from './refusal.js';

/** Throws BadInput where the line is doctored, or cannot be read any more. */
export function recordAt({ path, at, length }: Pick<Glance, 'path' | 'at' | 'length'>): JournalRecord {
  const decoded = decode(bytesAt(path, at, length));
  if (decoded.kind === 'record') return decoded.record;
  throw new BadInput({
    expected: `a record of ${path} to be what its run measured`,
    got: 'one that was changed together with its checksum',
    try: 'leaving that file out',
  });
}

function bytesAt(path: string, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  try {
    const descriptor = openSync(path, 'r');
    try {
      readSync(descriptor, bytes, 0, length, at);
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    throw refusal(cause, `a readable journal ${path}`);
  }
  return bytes;
}
