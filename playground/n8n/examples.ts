/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs beside n8n, not in it */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IConnections, INode } from 'n8n-workflow';
import type { Emulator } from '../emulator';
import type { CredentialEntry } from './n8nHome';

const FOLDER = join(__dirname, '..', '..', 'examples');

/** The shipped examples; the folder also has the scripts that they run. */
export const EXAMPLE_FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

/** A shipped example, as n8n imports it. */
export interface Example {
	id: string;
	name: string;
	nodes: INode[];
	connections: IConnections;
	settings: object;
	active: boolean;
}

/** An example as it is shipped. */
export function readExample(file: string): Example {
	return { ...(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Example), active: false };
}

/** The credential that the examples name, for the emulator. */
export function exampleCredential(emulator: Emulator): CredentialEntry {
	return { id: 'defender', name: 'Microsoft Defender', type: 'microsoftDefenderOAuth2Api', data: emulator.credentialData() };
}
