/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs beside n8n, not in it */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The system's folder for what can be fetched again. */
function userCache(): string {
	const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
	if (process.platform === 'win32' && LOCALAPPDATA) return LOCALAPPDATA;
	if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches');
	return XDG_CACHE_HOME ?? join(homedir(), '.cache');
}

/**
 * Where installed versions of n8n stay, 3 GB each: outside of the repository, so that `npm ci` and a fresh clone keep
 * them. The environment variable N8N_INSTALLATIONS names another place.
 */
export const CACHE_FOLDER = process.env.N8N_INSTALLATIONS ?? join(userCache(), 'n8n-nodes-defender-live-response');
