/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs beside n8n, not in it */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IConnections, INode } from 'n8n-workflow';
import type { Emulator } from '../emulator';
import type { CredentialEntry } from './n8nHome';

const FOLDER = join(__dirname, '..', '..', 'examples');

/** The one API address that an example has to spell out, since n8n's HTTP Request node asks there. */
const API = 'https://api.security.microsoft.com';

/** A shipped example, as n8n imports it. */
export interface Example {
	id: string;
	name: string;
	nodes: INode[];
	connections: IConnections;
	settings: object;
	active: boolean;
}

/** An example as it is shipped, but that what calls the API by its address calls the emulator. */
export function exampleFor({ apiUrl }: Emulator, file: string): Example {
	const text = readFileSync(join(FOLDER, file), 'utf8').replaceAll(API, apiUrl);
	return { ...(JSON.parse(text) as Example), active: false };
}

export function allExamplesFor(emulator: Emulator): Example[] {
	return readdirSync(FOLDER)
		.filter((name) => name.endsWith('.json'))
		.map((file) => exampleFor(emulator, file));
}

/** The credential that the examples name, for the emulator. */
export function exampleCredential(emulator: Emulator): CredentialEntry {
	return { id: 'defender', name: 'Microsoft Defender', type: 'microsoftDefenderOAuth2Api', data: emulator.credentialData() };
}
