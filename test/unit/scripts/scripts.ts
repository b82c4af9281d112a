/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- reads the repository */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

export const SCRIPTS = join(__dirname, '..', '..', '..', 'examples', 'scripts');

/** As the examples have it in Exit Code Pattern. */
export const EXIT_CODE_PATTERN = '^RESULT=(\\d+)$';

export const scriptsOf = (ending: '.sh' | '.ps1') => readdirSync(SCRIPTS).filter((name) => name.endsWith(ending));
