/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs beside n8n, not in it */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OwnDevice } from './device';

/** What our own script prints for `WORD` and `UNICODE`, and what it is given. */
export const WORD = 'grüße 你好';
export const WORD_HEX = Buffer.from(WORD).toString('hex');
export const NUMBER = 4711;
export const UNICODE = 'ü 你 😀';
export const VERDICT = 4;

/** Goes to the device by PutFile and does nothing there. */
export const DATA_FILE = { name: 'n8n-tenant-check.txt', content: 'n8n tenant check\n' };
/** What the script writes: a text, and the same text in gzip. */
export const SMALL_FILE_CONTENT = Buffer.from('n8n tenant check\n');
export const GZIP_FILE_CONTENT = Buffer.from('H4sIAAAAAAAA/8uzyFMoSc1LzCtRSM5ITc7mAgA/6qaZEQAAAA==', 'base64');

export interface OwnFiles {
	scriptName: string;
	script: Buffer;
	/** Of the two files that the script writes, and of one that does not exist. */
	smallPath: string;
	gzipPath: string;
	missingPath: string;
	/** Arguments for a step. */
	args(step: 'write' | 'clean' | 'none'): string;
}

/** The script for a device's system, with what belongs to it. */
export function ownFiles({ windows }: Pick<OwnDevice, 'windows'>): OwnFiles {
	const scriptName = windows ? 'n8n-tenant-check.ps1' : 'n8n-tenant-check.sh';
	const path = (name: string) => (windows ? `C:\\Windows\\${name}` : `/var/log/${name}`);
	return {
		scriptName,
		script: readFileSync(join(__dirname, '..', 'script', scriptName)),
		smallPath: path('n8n-tenant-check.txt'),
		gzipPath: path('n8n-tenant-check.gz'),
		missingPath: path('n8n-tenant-check-missing.txt'),
		args: (step) => (windows ? `-Step ${step} -Word '${WORD}' -Number ${NUMBER}` : `${step} '${WORD}' ${NUMBER}`),
	};
}
