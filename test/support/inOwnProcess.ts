/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs beside n8n, not in it */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Runs a script of this folder in a process of its own, with a heap of 2 GB whose garbage can be collected.
 *
 * @param order the script's only argument, as JSON
 * @returns the last line that it prints, parsed
 */
export async function inOwnProcess<T>(script: string, order: unknown): Promise<T> {
	const flags = ['--max-old-space-size=2048', '--expose-gc', '--import', 'tsx'];
	const { stdout } = await promisify(execFile)(process.execPath, [...flags, join(__dirname, script), JSON.stringify(order)]);
	return JSON.parse(stdout.trim().split('\n').at(-1)!) as T;
}
