/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs beside n8n, not in it */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INode } from 'n8n-workflow';
import type { Emulator } from '../emulator';
import type { CredentialEntry } from './n8nHome';

const FOLDER = join(__dirname, '..', '..', 'examples');

/** The one API address that an example has to spell out, since n8n's HTTP Request node asks there. */
const API = 'https://api.security.microsoft.com';

/** A shipped example. */
export interface Example {
	id: string;
	name: string;
	nodes: INode[];
}

/** All examples as they are shipped, but that what calls the API by its address calls the emulator. */
export function examplesFor({ apiUrl }: Emulator): Example[] {
	const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
	return files.map((name) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8').replaceAll(API, apiUrl)) as Example);
}

/** The credential that the examples name, for the emulator. */
export function exampleCredential(emulator: Emulator): CredentialEntry {
	return { id: 'defender', name: 'Microsoft Defender', type: 'microsoftDefenderOAuth2Api', data: emulator.credentialData() };
}
