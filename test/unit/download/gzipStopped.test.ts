/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

it('leaves nothing behind that ends the process, wherever its reader stops or its source is lost', async () => {
	const script = join(__dirname, '..', '..', 'support', 'stopGunzip.ts');
	const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script]);
	expect(stdout).toBe('still here\n');
});
