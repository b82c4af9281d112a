import { createHash } from 'node:crypto';

/** SHA-256 of a text or of bytes, hexadecimal. */
export function sha256(content: string | Uint8Array): string {
	return createHash('sha256').update(content).digest('hex');
}

/** The same of a value as JSON. */
export function digest(value: unknown): string {
	return sha256(JSON.stringify(value));
}
