/** The net and the points that two flags name. */
import { BadInput } from '@marginalia/core';
import type { Net } from './measure-points.js';
import { dataContents, netContents, readNet } from './read-net.js';
import { readPoints, type Data } from './read-points.js';
import { refuseReducedCoordinates } from './reduced-coordinates.js';

export interface Folders {
  readonly net?: string | undefined;
  readonly data?: string | undefined;
}

export function readFolders(folders: Folders, norm: string): { readonly net: Net; readonly data: Data } {
  const folder = (flag: 'net' | 'data', contents: string): string => {
    const given = folders[flag];
    if (given === undefined)
      throw new BadInput({ expected: `--${flag} DIR, a folder of ${contents}`, got: 'nothing' });
    return given;
  };
  const netFolder = folder('net', netContents);
  const dataFolder = folder('data', dataContents);
  if (norm !== 'l2') refuseReducedCoordinates(netFolder, norm);
  const net = readNet(netFolder);
  return { net, data: readPoints(dataFolder, net) };
}
