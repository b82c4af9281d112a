/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs beside n8n, not in it */
import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A separate home for n8n-core, which reads this when it is loaded: your `~/.n8n` is not touched. */
export const userFolder = mkdtempSync(join(process.env.ENGINE_HOMES ?? tmpdir(), 'defender-live-response-'));

process.env.N8N_USER_FOLDER = userFolder;
process.env.N8N_LOG_LEVEL ??= 'silent';
process.env.N8N_DIAGNOSTICS_ENABLED = 'false';
process.env.N8N_DEFAULT_BINARY_DATA_MODE ??= 'filesystem';

process.once('exit', () => rmSync(userFolder, { recursive: true, force: true }));
